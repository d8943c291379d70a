import type { Density, Preferences, Theme, Times, Zone } from "$lib/backend/backend";

/** What holds until the core has told what was saved, and where nothing was. */
export const DEFAULTS: Preferences = {
  theme: "system",
  zone: "local",
  times: "relative",
  density: "default",
  scale: 100,
  singleKeys: true,
  sidebarHidden: false,
  sidebarWidth: 216,
  paneWidth: null,
  views: [],
  keepSearches: false,
  searches: [],
  recentActions: [],
  keys: [],
};

export const THEMES: readonly Theme[] = ["system", "light", "dark", "contrast"];
export const DENSITIES: readonly Density[] = ["comfortable", "default", "compact"];
export const ZONES: readonly Zone[] = ["local", "utc"];
export const TIMES: readonly Times[] = ["relative", "absolute"];
/** Percent. */
export const SCALES: readonly number[] = [90, 100, 110, 120, 130, 140, 150];
/** Pixels. */
export const SIDEBAR = { least: 180, most: 400, usual: DEFAULTS.sidebarWidth };
export const PANE = { least: 360, most: 720, usual: 520 };
/** Most views that are kept, of all profiles. */
export const MOST_VIEWS = 50;
/** Most actions of the palette that are remembered. */
const MOST_ACTIONS = 20;

/** The choice behind another one, around and around. */
export function next<T>(choices: readonly T[], now: T): T {
  return choices[(choices.indexOf(now) + 1) % choices.length] ?? now;
}

/** Newest first, each once. */
export function newest(id: string, before: readonly string[]): string[] {
  return [id, ...before.filter((other) => other !== id)].slice(0, MOST_ACTIONS);
}
