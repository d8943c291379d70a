import type { CaseRow, EntryId, EntryView } from "$lib/backend/backend";
import { isSettled, needsPerson } from "./outbox";

/** How far a bulk is. */
export type BulkProgress = { done: number; failed: number; waiting: number; undone: number };

/** The newest bulk of this run, until it is dismissed. */
export class BulkRunState {
  entries = $state.raw<readonly EntryView[]>([]);
  rows = $state.raw<readonly CaseRow[]>([]);
  /** Whether its end was told. */
  #told = true;
  /** Those that were taken back. */
  #back: readonly EntryId[] = [];
  /** Whether it has been seen in the outbox. */
  #seen = false;

  readonly progress: BulkProgress = $derived(progressOf(this.entries));
  readonly failed = $derived(this.entries.filter(isFailed));
  readonly over = $derived(isOver(this.entries));

  begin(entries: readonly EntryView[], rows: readonly CaseRow[]): void {
    this.entries = entries;
    this.rows = rows;
    this.#told = false;
    this.#seen = false;
    this.#back = [];
  }

  clear(): void {
    this.entries = [];
    this.rows = [];
    this.#told = true;
  }

  /** These were taken back by writes of their own. */
  took(ids: readonly EntryId[]): void {
    this.#back = [...this.#back, ...ids];
    this.entries = this.entries.map((entry) =>
      ids.includes(entry.id) ? { ...entry, state: "cancelled" } : entry,
    );
  }

  /** Takes over how its entries stand; answers whether it ended just now. */
  note(all: readonly EntryView[]): boolean {
    if (this.entries.length === 0) {
      return false;
    }
    const known = Object.fromEntries(all.map((entry) => [entry.id, entry]));
    this.#seen ||= this.entries.some(({ id }) => id in known);
    // The outbox lists only the newest of what is settled: one that is gone from there has arrived.
    this.entries = this.entries.map(
      (entry) =>
        (this.#back.includes(entry.id) ? null : known[entry.id]) ??
        (this.#seen && entry.state !== "cancelled" ? { ...entry, state: "done" } : entry),
    );
    const ended = this.over && !this.#told;
    this.#told ||= ended;
    return ended;
  }
}

/** Whether Kibana or somebody else stands in its way. */
export function isFailed(entry: EntryView): boolean {
  return entry.state === "refused" || needsPerson(entry);
}

function progressOf(entries: readonly EntryView[]): BulkProgress {
  const failed = entries.filter((entry) => isFailed(entry)).length;
  const undone = entries.filter(({ state }) => state === "cancelled").length;
  const done = entries.filter(({ state }) => state === "done").length;
  return { done, failed, undone, waiting: entries.length - done - failed - undone };
}

/** Whether nothing more happens to it by itself. */
function isOver(entries: readonly EntryView[]): boolean {
  return entries.every((entry) => isSettled(entry) || needsPerson(entry));
}
