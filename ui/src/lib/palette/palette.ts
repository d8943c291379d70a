import type { CommandError } from "$lib/backend/backend";
import { fit } from "./fuzzy";

/** What kind of thing a row is; it decides the icon. */
export type Kind = "action" | "case" | "view" | "source" | "setting" | "search" | "choice";

/** Something that the palette offers. */
export type Item = {
  id: string;
  kind: Kind;
  title: string;
  /** What stands at the right, before the keys. */
  detail?: string;
  /** Further words by which it is found. */
  also?: string;
  shortcut?: string;
  checked?: boolean;
  /** Severity and handle of a case. */
  severity?: string;
  handle?: string;
  /** What is asked before it is done. */
  choices?: () => readonly Item[];
  /** Does it. An error keeps the palette open, with the reason in the row. */
  run: () => undefined | Promise<CommandError | null>;
};

/** Items under one heading, in the order of the guide: what comes first ranks higher. */
export type Section = { id: string; title: string; items: readonly Item[] };

export type Row = Item & { marks: readonly number[] };
export type Rows = { id: string; title: string; rows: readonly Row[]; best?: number };

/** What the first character narrows the palette to. */
export type Mode = "all" | "actions" | "cases" | "keys";

const PREFIXES: readonly (readonly [string, Mode])[] = [
  [">", "actions"],
  ["#", "cases"],
  ["?", "keys"],
];

/** Most rows under one heading while something is typed. */
const MOST_ROWS = 8;
/** What a place further behind among the headings takes from the best score. */
const BEHIND = 0.04;

/** What is typed without its prefix. A number sign belongs to the case. */
export function modeOf(text: string): { mode: Mode; typed: string } {
  const typed = text.trimStart();
  const found = PREFIXES.find(([prefix]) => typed.startsWith(prefix));
  if (found === undefined) {
    return { mode: "all", typed };
  }
  const [prefix, mode] = found;
  return { mode, typed: mode === "cases" ? typed : typed.slice(prefix.length).trimStart() };
}

/** Items of a section that fit, best first; all of them in their order while nothing is typed. */
export function ranked({ id, title, items }: Section, typed: string): Rows {
  const rows = items.flatMap((item): (Row & { score: number })[] => {
    const own = fit(typed, item.title);
    if (own !== null) {
      return [{ ...item, ...own }];
    }
    const other = fit(typed, `${item.title} ${item.also ?? ""}`);
    return other === null ? [] : [{ ...item, score: other.score / 2, marks: [] }];
  });
  if (typed !== "") {
    rows.sort((a, b) => b.score - a.score);
    rows.length = Math.min(rows.length, MOST_ROWS);
  }
  return { id, title, rows, best: rows[0]?.score ?? 0 };
}

/** Headings in their order, unless what stands under a later one fits clearly better. */
export function ordered(sections: readonly Rows[]): Rows[] {
  return sections
    .map((rows, at) => ({ rows, weight: (rows.best ?? 0) * (1 - BEHIND * at) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ rows }) => rows);
}

/** A title cut where the marked characters begin and end. */
export function marked(
  title: string,
  marks: readonly number[],
): { text: string; strong: boolean }[] {
  const pieces: { text: string; strong: boolean }[] = [];
  for (let at = 0; at < title.length; at += 1) {
    const strong = marks.includes(at);
    const last = pieces.at(-1);
    if (last?.strong === strong) {
      last.text += title.charAt(at);
    } else {
      pieces.push({ text: title.charAt(at), strong });
    }
  }
  return pieces;
}

/** Whether what was typed names this case: its handle, or the end of it. */
export function isHandle(typed: string, handle: string): boolean {
  const wanted = typed.trim().toLowerCase();
  const whole = handle.toLowerCase();
  const number = /[#~][^#~]*$/u.exec(whole)?.[0];
  return wanted !== "" && (wanted === whole || wanted === number || `#${wanted}` === number);
}
