import type { Backend, Column, SeverityCounts } from "$lib/backend/backend";
import { WindowState } from "./window.svelte";

/** Rows asked for at once. */
export const PAGE = 100;

/** A column whose rows are asked for together with those of others. */
export type Waiting = {
  column: ColumnState;
  offset: number;
  limit: number;
  take: (answer: Column) => void;
};

/** One column: a window of at most a page of rows on what the core holds. */
export class ColumnState extends WindowState {
  readonly status: string;
  #column: Column;

  constructor(backend: Backend, column: Column) {
    super((query, offset, limit) => backend.boardWindow(query, column.status, offset, limit), PAGE);
    this.status = column.status;
    this.#column = $state.raw(column);
    this.expect(0)({ status: "ok", data: column });
  }

  get readOnly(): boolean {
    return this.#column.readOnly;
  }

  get severities(): SeverityCounts {
    return this.#column.severities;
  }

  /** Begins to wait for what is in sight; a page that is asked for meanwhile is newer. */
  begin(): Waiting {
    const { sight } = this;
    const take = this.expect(sight.offset);
    return {
      column: this,
      ...sight,
      take: (answer) => {
        this.#column = answer;
        take({ status: "ok", data: answer });
      },
    };
  }
}
