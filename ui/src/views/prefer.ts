import type { Density, Preferences, Theme, Times, Zone } from "$lib/backend/backend";
import { DENSITIES, THEMES, next } from "$lib/app/preferences";
import { keyCaps } from "$lib/shared/keys";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { refreshCases } from "./cases";
import type { Parts } from "./parts.svelte";

/** What a person prefers. It takes effect at once, is kept, and is said aloud where it is not seen. */
export async function prefer(
  { announcer, app, toasts }: Parts,
  change: Partial<Preferences>,
  said?: string,
): Promise<void> {
  const saving = app.change(change);
  if (said !== undefined) {
    announcer.say(said);
  }
  const error = await saving;
  if (error !== null) {
    toasts.problem(words.settings.title, error, {
      place: words.app.name,
      safe: words.settings.holdsUntilEnd,
    });
  }
}

export function setTheme(parts: Parts, theme: Theme): Promise<void> {
  return prefer(parts, { theme }, words.say.theme(words.header.themes[theme]));
}

export function nextTheme(parts: Parts): Promise<void> {
  return setTheme(parts, next(THEMES, parts.app.preferences.theme));
}

export function setDensity(parts: Parts, density: Density): Promise<void> {
  return prefer(parts, { density }, words.say.density(words.settings.densities[density]));
}

export function nextDensity(parts: Parts): Promise<void> {
  return setDensity(parts, next(DENSITIES, parts.app.preferences.density));
}

export function setScale(parts: Parts, scale: number): Promise<void> {
  return prefer(parts, { scale }, words.settings.percent(scale));
}

/** Dates in the search are in another zone then. */
export async function setZone(parts: Parts, zone: Zone): Promise<void> {
  const preferred = prefer(parts, { zone }, words.say.zone(words.header.zones[zone]));
  await Promise.all([preferred, refreshCases(parts)]);
}

export function otherZone(parts: Parts): Promise<void> {
  return setZone(parts, parts.app.preferences.zone === "utc" ? "local" : "utc");
}

export function setTimes(parts: Parts, times: Times): Promise<void> {
  return prefer(parts, { times }, words.settings.times[times]);
}

export function otherTimes(parts: Parts): Promise<void> {
  return setTimes(parts, parts.app.preferences.times === "relative" ? "absolute" : "relative");
}

export function chooseKey(parts: Parts, { id, title }: Action, keys: string): Promise<void> {
  const others = parts.app.preferences.keys.filter(({ action }) => action !== id);
  const said = words.settings.keys.now(title, keyCaps(keys).join(" "));
  return prefer(parts, { keys: [...others, { action: id, keys }] }, said);
}

/** The action has the key again that it came with. */
export function resetKey(parts: Parts, { id, shortcut, title }: Action): Promise<void> {
  const keys = parts.app.preferences.keys.filter(({ action }) => action !== id);
  const said = words.settings.keys.now(title, keyCaps(shortcut[0] ?? "").join(" "));
  return prefer(parts, { keys }, said);
}

export function resetKeys(parts: Parts): Promise<void> {
  return prefer(parts, { keys: [] }, words.settings.keys.allReset);
}
