import type {
  AlertId,
  FoundId,
  FoundPlace,
  MayBe,
  ResolvedAlert,
  ShortenedId,
  SourceId,
  TrayDone,
  Whereabouts,
} from "$lib/backend/backend";
import type { Report } from "./alert";

/** How long what was attached is shown beside what waits. */
const RECENT_FOR = 24 * 60 * 60 * 1000;
const MOST_RECENT = 200;

/** Where each id was found, as far as it is told by now. */
export type Found = ReadonlyMap<AlertId, Whereabouts>;
/** Sources that were chosen for ids that live in several, by key. */
export type ChosenPlaces = ReadonlyMap<AlertId, string>;

/** An id whose place is known. */
export type PlacedId = { found: FoundId; place: FoundPlace };
/** An id that lives in several sources: nothing is chosen for anybody. */
export type SeveralId = { found: FoundId; places: readonly FoundPlace[] };
/** An id that no source in use has. */
export type LostId = { found: FoundId; mayBe: MayBe | null; unasked: readonly string[] };

/** Alerts of one source. */
export type TrayGroup = { key: string; source: SourceId; name: string; rows: PlacedId[] };

/** Everything in the Tray, by what there is to do about it. */
export type Sorted = {
  groups: TrayGroup[];
  several: SeveralId[];
  lost: LostId[];
  /** Ids that nobody answered for yet. */
  open: FoundId[];
};

export function keyOf(source: SourceId): string {
  return `${source.deployment}/${source.space}`;
}

/** Sorts what waits; sources and ids stay in the order in which they were first seen. */
export function sort(ids: readonly FoundId[], found: Found, chosen: ChosenPlaces): Sorted {
  const groups = new Map<string, TrayGroup>();
  const sorted: Sorted = { groups: [], several: [], lost: [], open: [] };
  for (const one of ids) {
    const where = found.get(one.id);
    if (where === undefined) {
      sorted.open.push(one);
    } else if (where.kind === "notFound") {
      sorted.lost.push({ found: one, mayBe: where.mayBe, unasked: where.unasked });
    } else {
      const [first, ...others] = where.places;
      const wanted = where.places.find(({ source }) => keyOf(source) === chosen.get(one.id));
      const place = others.length === 0 ? first : wanted;
      if (place === undefined) {
        sorted.several.push({ found: one, places: where.places });
      } else {
        const key = keyOf(place.source);
        const group = groups.get(key) ?? { key, source: place.source, name: place.name, rows: [] };
        group.rows.push({ found: one, place });
        groups.set(key, group);
      }
    }
  }
  return { ...sorted, groups: [...groups.values()] };
}

/** Whatever is told of an id later counts. */
export function told(found: Found, alerts: readonly ResolvedAlert[]): Found {
  const entries = alerts.map(({ id, whereabouts }): [AlertId, Whereabouts] => [id, whereabouts]);
  return new Map([...found, ...entries]);
}

export function choice(chosen: ChosenPlaces, id: AlertId, source: SourceId): ChosenPlaces {
  return new Map([...chosen, [id, keyOf(source)]]);
}

/** Of ids that were looked up, mere words of which nobody told anything: they were no ids. */
export function mereWords(wanted: readonly FoundId[], found: Found): AlertId[] {
  return wanted.filter(({ certain, id }) => !certain && !found.has(id)).map(({ id }) => id);
}

/** What is left without some ids. */
export function without<T>(
  ids: readonly FoundId[],
  of: ReadonlyMap<AlertId, T>,
  gone: readonly AlertId[],
): { ids: FoundId[]; of: ReadonlyMap<AlertId, T> } {
  const out = new Set(gone);
  return {
    ids: ids.filter(({ id }) => !out.has(id)),
    of: new Map([...of].filter(([id]) => !out.has(id))),
  };
}

/** Alerts of a report that its case has, as they stand among the recent ones. */
export function doneOf(report: Report, ids: readonly FoundId[], now: number): TrayDone[] {
  const waiting = new Set(ids.map(({ id }) => id));
  return report.items
    .filter(({ outcome }) => outcome.kind === "attached" || outcome.kind === "alreadyAttached")
    .filter(({ id }) => waiting.has(id))
    .map(({ id }) => ({
      id,
      case: report.case,
      handle: report.handle,
      at: new Date(now).toISOString(),
    }));
}

/** Names of sources that did not answer for some id. */
export function unaskedOf(lost: readonly LostId[]): string[] {
  return [...new Set(lost.flatMap(({ unasked }) => unasked))];
}

/** Ids with others behind them; each stands once, where it was first seen. A hint that was missing is taken. */
export function joined(ids: readonly FoundId[], more: readonly FoundId[]): FoundId[] {
  const byId = new Map(ids.map((one) => [one.id, one]));
  for (const one of more) {
    const known = byId.get(one.id);
    byId.set(one.id, known === undefined ? one : { ...known, hint: known.hint ?? one.hint });
  }
  return [...byId.values()];
}

export function joinedShort(
  ids: readonly ShortenedId[],
  more: readonly ShortenedId[],
): ShortenedId[] {
  const texts = new Set(ids.map(({ text }) => text));
  return [...ids, ...more.filter(({ text }) => !texts.has(text))];
}

/** What was attached within a day, the newest first. */
export function recentOf(done: readonly TrayDone[], now: number): TrayDone[] {
  return done.filter(({ at }) => now - Date.parse(at) < RECENT_FOR).slice(0, MOST_RECENT);
}

export const NOTHING_FOUND: Found = new Map();
export const NOTHING_CHOSEN: ChosenPlaces = new Map();
