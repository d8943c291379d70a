import type { CaseRow } from "$lib/backend/backend";
import { caseKey } from "./board";

/** The cases that are selected, on the board as in the list, whether they are in sight or not. */
export class SelectionState {
  rows = $state.raw<readonly CaseRow[]>([]);
  /** The case that was selected by itself last: a range begins there. */
  anchor: CaseRow | null = null;

  readonly size = $derived(this.rows.length);
  readonly #known: Readonly<Record<string, CaseRow>> = $derived(
    Object.fromEntries(this.rows.map((row) => [caseKey(row.case), row])),
  );

  has(row: CaseRow): boolean {
    return caseKey(row.case) in this.#known;
  }

  /** Selects a case, or no longer; answers whether it is selected now. */
  toggle(row: CaseRow): boolean {
    const key = caseKey(row.case);
    const had = key in this.#known;
    this.rows = had ? this.rows.filter((one) => caseKey(one.case) !== key) : [...this.rows, row];
    this.anchor = row;
    return !had;
  }

  /** Selects more; each once. */
  add(rows: readonly CaseRow[]): void {
    const fresh = Object.fromEntries(
      rows.filter((row) => !this.has(row)).map((row) => [caseKey(row.case), row]),
    );
    this.rows = [...this.rows, ...Object.values(fresh)];
  }

  clear(): void {
    this.rows = [];
    this.anchor = null;
  }
}
