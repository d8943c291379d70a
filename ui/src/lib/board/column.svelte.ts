import type { Backend, Column, SeverityCounts } from "$lib/backend/backend";
import { WindowState } from "./window.svelte";

/** Rows asked for at once. */
export const PAGE = 100;

/** One column: a window of at most a page of rows on what the core holds. */
export class ColumnState extends WindowState {
  readonly status: string;
  #column = $state.raw<Column>({
    status: "",
    total: 0,
    severities: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
    readOnly: true,
  });

  readonly readOnly = $derived(this.#column.readOnly);
  readonly severities: SeverityCounts = $derived(this.#column.severities);

  constructor(backend: Backend, column: Column) {
    super((query, offset, limit) => backend.boardWindow(query, column.status, offset, limit), PAGE);
    this.status = column.status;
    this.describe(column);
  }

  describe(column: Column): void {
    this.#column = column;
    this.count(column.total);
  }
}
