import type { ActivityEntry, CaseAlert, HistoryEntry, Person } from "$lib/backend/backend";

/** Marks that are closer than this are one. */
const CLUSTER = 14;
/** Hosts that get a line of their own. */
export const MOST_HOSTS = 6;

const RANKS = ["low", "medium", "high", "critical"];

/** An alert at the time of its event, or where it was attached if that time is not known. */
export type AlertMark = {
  kind: "alert";
  /** Under which name it is pinned. */
  key: string;
  at: number;
  known: boolean;
  alert: CaseAlert;
};

/** Something that we did. */
export type OurMark = {
  kind: "ours";
  /** Under which name it is pinned; `null` until Kibana has named it. */
  key: string | null;
  at: number;
  by: Person;
  what: HistoryEntry["what"] | { kind: "comment"; text: string };
};

export type Mark = AlertMark | OurMark;

/** What happened in the attack, by event time, and what we did, in one order. */
export function marksOf(
  alerts: readonly CaseAlert[],
  activity: readonly ActivityEntry[],
  history: readonly HistoryEntry[],
): Mark[] {
  const theirs = alerts.map((alert): AlertMark => {
    const at = Date.parse(alert.summary?.at ?? "");
    const known = !Number.isNaN(at);
    return {
      kind: "alert",
      key: `alert:${alert.id}`,
      at: known ? at : Date.parse(alert.attachedAt),
      known,
      alert,
    };
  });
  const comments = activity.flatMap(({ at, by, id, what }): OurMark[] =>
    what.kind === "comment"
      ? [
          {
            kind: "ours",
            key: id === null ? null : `comment:${id}`,
            at: Date.parse(at),
            by,
            what: { kind: "comment", text: what.text },
          },
        ]
      : [],
  );
  const changes = history.map(({ at, by, id, what }): OurMark => ({
    kind: "ours",
    key: `change:${id}`,
    at: Date.parse(at),
    by,
    what,
  }));
  return [...theirs, ...comments, ...changes]
    .filter(({ at }) => !Number.isNaN(at))
    .toSorted((a, b) => a.at - b.at);
}

/** A stretch of time. */
export type Span = { from: number; to: number };

const SHORTEST = 1000;

/** The stretch that holds all marks, with a little room on both sides. */
export function spanOf(marks: readonly Mark[]): Span | null {
  const first = marks[0]?.at;
  const last = marks.at(-1)?.at;
  if (first === undefined || last === undefined) {
    return null;
  }
  const room = Math.max((last - first) * 0.03, 30_000);
  return { from: first - room, to: last + room };
}

export function within(marks: readonly Mark[], { from, to }: Span): Mark[] {
  return marks.filter(({ at }) => at >= from && at <= to);
}

/** A stretch made longer or shorter around its middle, never beyond all there is. */
export function zoomed(span: Span, factor: number, all: Span): Span {
  const half = Math.max(SHORTEST, (span.to - span.from) * factor) / 2;
  const middle = (span.from + span.to) / 2;
  return kept({ from: middle - half, to: middle + half }, all);
}

/** A stretch moved by a part of its length. */
export function panned(span: Span, part: number, all: Span): Span {
  const by = (span.to - span.from) * part;
  return kept({ from: span.from + by, to: span.to + by }, all);
}

function kept({ from, to }: Span, all: Span): Span {
  const length = Math.min(to - from, all.to - all.from);
  const start = Math.min(Math.max(from, all.from), all.to - length);
  return { from: start, to: start + length };
}

/** Marks of one line of the chart that are drawn as one. */
export type Cluster<M extends Mark> = { x: number; marks: M[] };

export function clustersOf<M extends Mark>(
  marks: readonly M[],
  { from, to }: Span,
  width: number,
): Cluster<M>[] {
  const scale = width / (to - from);
  const clusters: Cluster<M>[] = [];
  for (const mark of marks) {
    const x = (mark.at - from) * scale;
    const last = clusters.at(-1);
    if (last !== undefined && x - last.x < CLUSTER) {
      last.marks.push(mark);
    } else {
      clusters.push({ x, marks: [mark] });
    }
  }
  return clusters;
}

/** The worst severity of some alerts; `unknown` if none of them tells. */
export function worst(marks: readonly AlertMark[]): string {
  const ranks = marks.map(({ alert }) => RANKS.indexOf(alert.summary?.severity ?? ""));
  return RANKS[Math.max(-1, ...ranks)] ?? "unknown";
}

/** One line of the upper lane: the alerts of a host, or of all hosts that have no line of their own. */
export type HostLine = { host: string | null; marks: AlertMark[] };

/** Hosts by the number of their alerts; those beyond the first few are left to the table. */
export function hostsOf(marks: readonly Mark[]): { lines: HostLine[]; nMore: number } {
  const lines = new Map<string | null, AlertMark[]>();
  for (const mark of marks) {
    if (mark.kind === "alert") {
      const host = mark.alert.summary?.host ?? null;
      lines.set(host, [...(lines.get(host) ?? []), mark]);
    }
  }
  const all = [...lines]
    .map(([host, own]): HostLine => ({ host, marks: own }))
    .toSorted((a, b) => b.marks.length - a.marks.length);
  return { lines: all.slice(0, MOST_HOSTS), nMore: Math.max(0, all.length - MOST_HOSTS) };
}

const STEPS = [
  1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000,
  43_200_000, 86_400_000, 604_800_000, 2_592_000_000,
];
const ROOM_FOR_LABEL = 96;

/** Where the axis is labelled: at whole minutes, hours or days, with room for the words. */
export function ticksOf({ from, to }: Span, width: number): { at: number; x: number }[] {
  const most = Math.max(1, Math.floor(width / ROOM_FOR_LABEL));
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const ticks: { at: number; x: number }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    ticks.push({ at, x: ((at - from) * width) / (to - from) });
  }
  return ticks;
}

/** The number of a pin, from 1 in the order of time; `null` for what is not pinned. */
export function pinsOf(
  marks: readonly Mark[],
  pinned: readonly string[],
): (mark: Mark) => number | null {
  const numbers = new Map(
    marks
      .flatMap(({ key }) => (key !== null && pinned.includes(key) ? [key] : []))
      .map((key, index) => [key, index + 1]),
  );
  return ({ key }) => (key === null ? null : (numbers.get(key) ?? null));
}
