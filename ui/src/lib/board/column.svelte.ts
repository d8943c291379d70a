import type {
  Answer,
  Backend,
  BoardQuery,
  BoardWindow,
  CaseRow,
  Column,
  CommandError,
  SeverityCounts,
} from "$lib/backend/backend";
import { pageAround } from "./board";

/** Rows asked for at once. */
export const PAGE = 100;
/** How near to the edge of the held rows drawing may come before more are asked for. */
const MARGIN = 10;

/** One column: a window of at most a page of rows on what the core holds. */
export class ColumnState {
  readonly status: string;
  readonly #backend: Backend;
  #asked = 0;
  #column = $state.raw<Column>({
    status: "",
    total: 0,
    severities: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
    readOnly: true,
  });
  #offset = $state(0);
  #window = $state.raw<BoardWindow | null>(null);
  error = $state.raw<CommandError | null>(null);

  readonly readOnly = $derived(this.#column.readOnly);
  readonly severities: SeverityCounts = $derived(this.#column.severities);
  readonly total = $derived(this.#window?.total ?? this.#column.total);
  /** The rows held, of which the first stands at some offset; ask `row` for one. */
  readonly rows = $derived(this.#window?.rows ?? []);
  readonly loaded = $derived(this.#window !== null);

  constructor(backend: Backend, column: Column) {
    this.#backend = backend;
    this.status = column.status;
    this.#column = column;
  }

  row(index: number): CaseRow | null {
    return this.#window?.rows[index - this.#offset] ?? null;
  }

  /** Where a case stands among the held rows, or `null`. */
  indexOf(key: string, keyOf: (row: CaseRow) => string): number | null {
    const found = this.#window?.rows.findIndex((row) => keyOf(row) === key) ?? -1;
    return found < 0 ? null : found + this.#offset;
  }

  /** Makes sure that rows `first` to `last` are held or asked for. */
  async need(query: BoardQuery, first: number, last: number): Promise<void> {
    const end = this.#offset + (this.#window?.rows.length ?? 0);
    const from = Math.max(0, first - MARGIN);
    const to = Math.min(this.total, last + 1 + MARGIN);
    if (this.#window !== null && from >= this.#offset && to <= end) {
      return;
    }
    const take = await this.ask(query, pageAround(first, last, this.total, PAGE));
    take();
  }

  /** Asks for a page; the answer is taken over by the returned function, together with others. */
  async ask(query: BoardQuery, offset = this.#offset): Promise<() => void> {
    const asked = ++this.#asked;
    const result = await this.#backend.boardWindow(query, this.status, offset, PAGE);
    return () => {
      if (asked === this.#asked) {
        this.#take(result, offset); // An older answer never replaces a newer one.
      }
    };
  }

  describe(column: Column): void {
    this.#column = column;
  }

  #take(result: Answer<BoardWindow>, offset: number): void {
    if (result.status === "error") {
      this.error = result.error;
      return;
    }
    this.error = null;
    this.#offset = offset;
    this.#window = result.data;
  }
}
