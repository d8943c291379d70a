import type { CaseRef, CaseRow, SearchProblem } from "$lib/backend/backend";
import { settled } from "$lib/search/search";
import { words } from "$lib/shared/words";
import type { CasesName, Parts } from "./parts.svelte";

/** What keys need of a screen that shows cases: board and list have it alike. */
export interface CasesScreen {
  hasFocus: boolean;
  readonly focus: object | null;
  readonly focused: CaseRow | null;
  focusRow(row: CaseRow, take?: boolean): void;
  /** A case among the rows that are held. */
  rowOf(ref: CaseRef): CaseRow | null;
  /** Counts the wishes to have the focus in sight. */
  reveals: number;
  moveFocus(by: number): void;
  moveFocusTo(end: "first" | "last"): void;
  moveColumn(by: 1 | -1): void;
  /** Goes to the next or previous unread case; answers whether there is one. */
  moveToUnread(by: 1 | -1): Promise<boolean>;
  /** Where the focused case stands among those that it is shown with. */
  readonly place: { at: number; of: number } | null;
  between(from: CaseRow, to: CaseRow): Promise<CaseRow[]>;
  ofGroup(): Promise<CaseRow[]>;
  all(): Promise<CaseRow[]>;
}

export function casesOf({ board, list, shell }: Parts): CasesScreen {
  return shell.cases === "list" ? list : board;
}

/** Gives the focus to a case that may be out of sight. */
export function goToRow(parts: Parts, row: CaseRow, take = true): void {
  const cases = casesOf(parts);
  cases.focusRow(row, take);
  cases.reveals += 1;
}

/** Takes the keyboard back to the cases, if they are on screen. */
export function focusCases(parts: Parts): void {
  const cases = casesOf(parts);
  cases.hasFocus = cases.focus !== null && parts.shell.screen === parts.shell.cases;
}

/** Asks again for the cases that are on screen, or were there last. */
export async function refreshCases({ board, list, shell }: Parts): Promise<void> {
  if (shell.cases === "list") {
    await Promise.all([board.count(), list.refresh()]);
  } else {
    await board.refresh();
  }
}

/** Shows the board or the list, of the same search and with the same case in focus. */
export async function showCases(parts: Parts, screen: CasesName): Promise<void> {
  const { shell } = parts;
  const before = casesOf(parts);
  const row = before.focused;
  before.hasFocus = false;
  const other = shell.cases !== screen;
  shell.screen = screen;
  shell.cases = screen;
  if (other) {
    await refreshCases(parts);
  }
  if (shell.screen === screen) {
    if (other && row !== null) {
      goToRow(parts, row);
    }
    focusCases(parts);
  }
}

export async function searchFor(parts: Parts, text: string, asText = false): Promise<void> {
  const { board, search, shell } = parts;
  shell.screen = shell.cases;
  if (text !== search.text) {
    // Nothing is changed that cannot be seen.
    parts.selection.clear();
  }
  await Promise.all([search.set(text, asText), refreshCases(parts)]);
  search.forget();
  if (search.text === text && board.board?.nCases === 0) {
    await search.relax();
  }
}

export async function removeChip(parts: Parts, index: number): Promise<void> {
  const { announcer, search } = parts;
  const chip = search.view.chips[index];
  const text = await search.without(index);
  if (chip !== undefined && text !== null) {
    await searchFor(parts, text);
    announcer.say(words.search.say.removed(words.search.chip(chip)));
  }
}

export async function negateChip(parts: Parts, index: number): Promise<void> {
  const { announcer, search } = parts;
  const text = await search.negate(index);
  if (text === null) {
    announcer.say(words.search.say.noOpposite);
  } else {
    await searchFor(parts, text);
  }
}

/** Takes the keyboard to the search field, with a chip's own words selected for another text. */
export async function editChip(parts: Parts, index: number): Promise<void> {
  const place = await parts.search.place(index);
  if (place !== null) {
    if (place.text !== parts.search.text) {
      await searchFor(parts, place.text);
    }
    focusSearch(place.start, place.end);
  }
}

/** Takes the keyboard to the search field, and selects a part of it. */
export function focusSearch(start?: number, end = start): void {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  field?.focus();
  if (field !== null && start !== undefined) {
    field.setSelectionRange(start, end ?? start);
  }
}

/** Begins another filter behind those that are there. */
export async function addFilter(parts: Parts): Promise<void> {
  const { text } = parts.search;
  if (text !== "" && !/\s$/.test(text)) {
    await searchFor(parts, `${text} `);
  }
  focusSearch(parts.search.text.length);
}

/** What is told of the text in the search field: by whoever searched it, else by whoever read it. */
export function toldProblems({ board, search }: Parts): SearchProblem[] {
  const { caret, fields, text, view } = search;
  if (search.empty) {
    return [];
  }
  const searched = board.answered?.text === text ? board.board?.search.problems : undefined;
  const problems = searched ?? (view.text === text ? view.problems : []);
  return settled(problems, text, caret, fields);
}
