import type {
  Answer,
  BoardQuery,
  BoardWindow,
  CaseRef,
  CaseRow,
  CommandError,
} from "$lib/backend/backend";
import { caseKey, pageAround } from "./board";

/** How near to the edge of the held rows drawing may come before more are asked for. */
const MARGIN = 10;

export type ReadRows = (
  query: BoardQuery,
  offset: number,
  limit: number,
) => Promise<Answer<BoardWindow>>;

/** A case among the rows of some windows. */
export function heldRow(windows: readonly WindowState[], ref: CaseRef): CaseRow | null {
  const rows = windows.flatMap(({ rows }) => rows);
  const key = caseKey(ref);
  return rows.find((row) => caseKey(row.case) === key) ?? null;
}

/** At most a page of rows of a long series of cases that the core holds. */
export class WindowState {
  readonly #read: ReadRows;
  readonly #page: number;
  #asked = 0;
  #inSight = { first: 0, last: 0 };
  #counted = $state(0);
  #offset = $state(0);
  #window = $state.raw<BoardWindow | null>(null);
  error = $state.raw<CommandError | null>(null);

  readonly total = $derived(this.#window?.total ?? this.#counted);
  /** The rows held, of which the first stands at some offset; ask `row` for one. */
  readonly rows = $derived(this.#window?.rows ?? []);
  readonly loaded = $derived(this.#window !== null);

  /** `page` is how many rows are asked for at once. */
  constructor(read: ReadRows, page: number) {
    this.#read = read;
    this.#page = page;
  }

  /** The place of the first row held. */
  get offset(): number {
    return this.#offset;
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
    this.#inSight = { first, last };
    const end = this.#offset + (this.#window?.rows.length ?? 0);
    const from = Math.max(0, first - MARGIN);
    const to = Math.min(this.total, last + 1 + MARGIN);
    if (this.#window !== null && from >= this.#offset && to <= end) {
      return;
    }
    const take = await this.ask(query, pageAround(first, last, this.total, this.#page));
    take();
  }

  /** The part to ask for so that what was needed last is there again. */
  get sight(): { offset: number; limit: number } {
    const { first, last } = this.#inSight;
    const offset = Math.max(0, first - MARGIN);
    return { offset, limit: Math.min(this.#page, last + 1 + MARGIN - offset) };
  }

  /** Asks for a page; the answer is taken over by the returned function, together with others. */
  async ask(query: BoardQuery, offset = this.#offset): Promise<() => void> {
    const take = this.expect(offset);
    const result = await this.#read(query, offset, this.#page);
    return () => {
      take(result);
    };
  }

  /** Something is asked for from a place on; the returned function takes the answer over, unless another was asked for since. */
  expect(offset: number): (answer: Answer<BoardWindow>) => void {
    const asked = ++this.#asked;
    return (answer) => {
      if (asked === this.#asked) {
        this.#take(answer, offset); // An older answer never replaces a newer one.
      }
    };
  }

  /** The nearest row from a place on, in one direction, of which something holds; `null` if there is none. */
  async find(
    query: BoardQuery,
    from: number,
    by: 1 | -1,
    holds: (row: CaseRow) => boolean,
  ): Promise<number | null> {
    let page: { offset: number; rows: readonly CaseRow[] } = {
      offset: this.#offset,
      rows: this.rows,
    };
    for (let index = from; index >= 0 && index < this.total; index += by) {
      let row = page.rows[index - page.offset];
      if (row === undefined) {
        const offset = by > 0 ? index : Math.max(0, index - this.#page + 1);
        const result = await this.#read(query, offset, this.#page);
        if (result.status === "error") {
          return null;
        }
        page = { offset, rows: result.data.rows };
        row = page.rows[index - offset];
      }
      if (row !== undefined && holds(row)) {
        return index;
      }
    }
    return null;
  }

  /** Rows `first` to `last`, held or not; what is held stays. */
  async range(query: BoardQuery, first: number, last: number): Promise<CaseRow[]> {
    const rows: CaseRow[] = [];
    for (let offset = first; offset <= last; offset += this.#page) {
      const limit = Math.min(this.#page, last + 1 - offset);
      const result = await this.#read(query, offset, limit);
      if (result.status === "error") {
        this.error = result.error;
        break;
      }
      rows.push(...result.data.rows);
      if (offset + limit >= result.data.total) {
        break;
      }
    }
    return rows;
  }

  /** How many rows there are, as far as that is known without them. */
  count(total: number): void {
    this.#counted = total;
  }

  /** Lets the rows go; they are asked for again when they are needed. */
  forget(): void {
    this.#asked += 1;
    this.#window = null;
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
