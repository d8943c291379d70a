import type {
  Backend,
  Board,
  BoardQuery,
  BoardRows,
  CaseRef,
  CaseRow,
  CommandError,
  NewStatus,
} from "$lib/backend/backend";
import { isNewStatus } from "$lib/shared/statuses";
import { NO_ROWS } from "$lib/shared/counts";
import { caseKey } from "./board";
import { ColumnState } from "./column.svelte";
import { heldRow } from "./window.svelte";

/** The card that has the board's one tab stop. */
export type Focus = { status: string; index: number; key: string | null };

/** A card on its way by keys: from its column to the one it hovers over. */
export type Move = { row: CaseRow; from: string; to: NewStatus };

/** Rows of each column that are asked for before it is known how many are in sight. */
const FIRST_ROWS = 40;

const rowKey = (row: CaseRow) => caseKey(row.case);

/** What the board shows and which card has the focus. */
export class BoardState {
  readonly #backend: Backend;
  readonly #query: () => BoardQuery;
  #asked = 0;
  /** Whether the focus was on the board before. */
  #entered = false;
  board = $state.raw<Board | null>(null);
  columns = $state.raw<readonly ColumnState[]>([]);
  error = $state.raw<CommandError | null>(null);
  /** What `board` answers. */
  answered = $state.raw<BoardQuery | null>(null);
  focus = $state.raw<Focus | null>(null);
  /** Whether a card has, or should get, the keyboard focus. */
  hasFocus = $state(false);
  /** Counts the moves of the focus that should scroll its card into view. */
  reveals = $state(0);
  move = $state.raw<Move | null>(null);
  /** The card that is being dragged inside the window. */
  dragged = $state.raw<CaseRow | null>(null);

  constructor(backend: Backend, query: () => BoardQuery) {
    this.#backend = backend;
    this.#query = query;
  }

  get query(): BoardQuery {
    return this.#query();
  }

  /** Asks for everything again; scroll position and focus stay with their cards. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const query = this.query;
    const waiting = this.columns.map((column) => column.begin());
    const rows = {
      offsets: Object.fromEntries(waiting.map(({ column, offset }) => [column.status, offset])),
      limit: Math.max(FIRST_ROWS, ...waiting.map(({ limit }) => limit)),
    };
    const board = await this.#ask(query, rows, asked);
    if (board === null) {
      return;
    }
    // All columns change in one go, so that no card is seen twice or not at all.
    this.columns = board.columns.map((answer) => {
      const known = waiting.find(({ column }) => column.status === answer.status);
      known?.take(answer);
      return known?.column ?? new ColumnState(this.#backend, answer);
    });
    this.#take(board, query);
    this.#settleFocus();
  }

  /** Asks how many cases there are, and for no cards. */
  async count(): Promise<void> {
    const asked = ++this.#asked;
    const query = this.query;
    const board = await this.#ask(query, NO_ROWS, asked);
    if (board !== null) {
      this.#take(board, query);
    }
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.#asked += 1;
    this.board = null;
    this.answered = null;
    this.columns = [];
    this.error = null;
    this.focus = null;
    this.hasFocus = false;
    this.#entered = false;
    this.move = null;
  }

  column(status: string): ColumnState | null {
    return this.columns.find((column) => column.status === status) ?? null;
  }

  /** The row of the card with the focus. */
  get focused(): CaseRow | null {
    const { focus } = this;
    if (focus === null) {
      return null;
    }
    const row = this.column(focus.status)?.row(focus.index) ?? null;
    return row !== null && rowKey(row) === focus.key ? row : null;
  }

  isFocused(row: CaseRow): boolean {
    return this.focus?.key === rowKey(row);
  }

  /** Gives the tab stop to a card; `take` also takes the keyboard focus there. */
  focusRow(row: CaseRow, take = true): void {
    for (const column of this.columns) {
      const index = column.indexOf(rowKey(row), rowKey);
      if (index !== null) {
        this.focus = { status: column.status, index, key: rowKey(row) };
        this.hasFocus = take;
        this.#entered ||= take;
        return;
      }
    }
  }

  rowOf(ref: CaseRef): CaseRow | null {
    return heldRow(this.columns, ref);
  }

  /** The cases from one to another of its column. */
  async between(from: CaseRow, to: CaseRow): Promise<CaseRow[]> {
    for (const column of this.columns) {
      const first = column.indexOf(rowKey(from), rowKey);
      const last = column.indexOf(rowKey(to), rowKey);
      if (first !== null && last !== null) {
        return column.range(this.query, Math.min(first, last), Math.max(first, last));
      }
    }
    return [to];
  }

  /** The cases of the focused column. */
  async ofGroup(): Promise<CaseRow[]> {
    const column = this.focus === null ? null : this.column(this.focus.status);
    return column === null ? [] : column.range(this.query, 0, column.total - 1);
  }

  /** All cases of the board. */
  async all(): Promise<CaseRow[]> {
    const { query } = this;
    const rows = await Promise.all(
      this.columns.map((column) => column.range(query, 0, column.total - 1)),
    );
    return rows.flat();
  }

  /** Next or previous case of the column; the first key only goes to the card with the tab stop. */
  moveFocus(by: number): void {
    const { focus } = this;
    const column = focus === null ? null : this.column(focus.status);
    if (focus === null || column === null) {
      this.#focusFirst();
    } else {
      this.#focusAt(column, this.#entered ? focus.index + by : focus.index);
    }
  }

  moveFocusTo(end: "first" | "last"): void {
    const column = this.focus === null ? null : this.column(this.focus.status);
    if (column !== null) {
      this.#focusAt(column, end === "first" ? 0 : column.total - 1);
    }
  }

  /** The card beside it in the next or previous column that has cards. */
  moveColumn(by: 1 | -1): void {
    const { focus } = this;
    if (focus === null) {
      this.#focusFirst();
      return;
    }
    let at = this.columns.findIndex(({ status }) => status === focus.status) + by;
    while (this.columns[at]?.total === 0) {
      at += by;
    }
    const column = this.columns[at];
    if (column !== undefined) {
      this.#focusAt(column, focus.index);
    }
  }

  /** Goes to the next or previous unread card, around the end of the board; answers whether there is one. */
  async moveToUnread(by: 1 | -1): Promise<boolean> {
    const { columns, focus, query } = this;
    const n = columns.length;
    const at = Math.max(
      0,
      columns.findIndex(({ status }) => status === focus?.status),
    );
    // Last comes the column where it began, from its other end.
    for (let step = 0; step <= n; step += 1) {
      const column = columns[(at + by * step + n * (n + 1)) % n];
      const end = by > 0 ? 0 : (column?.total ?? 0) - 1;
      const here = focus === null ? end : focus.index + (this.#entered ? by : 0);
      const index = await column?.find(query, step === 0 ? here : end, by, ({ unread }) => unread);
      if (column !== undefined && index !== null && index !== undefined) {
        this.#focusAt(column, index);
        return true;
      }
    }
    return false;
  }

  /** The place of the focused card in its column. */
  get place(): { at: number; of: number } | null {
    const { focus } = this;
    const column = focus === null ? null : this.column(focus.status);
    return focus === null || column === null ? null : { at: focus.index + 1, of: column.total };
  }

  /** Picks the focused card up; `null` if it cannot be moved. */
  startMove(): Move | null {
    const row = this.focused;
    if (row !== null) {
      const to = isNewStatus(row.status) ? row.status : "open";
      this.move = { row, from: row.status, to };
    }
    return this.move;
  }

  moveOver(by: 1 | -1): Move | null {
    const { move } = this;
    if (move !== null) {
      const places = this.columns.map(({ status }) => status).filter(isNewStatus);
      const at = Math.max(0, Math.min(places.indexOf(move.to) + by, places.length - 1));
      this.move = { ...move, to: places[at] ?? move.to };
    }
    return this.move;
  }

  endMove(): Move | null {
    const { move } = this;
    this.move = null;
    return move;
  }

  async #ask(query: BoardQuery, rows: BoardRows, asked: number): Promise<Board | null> {
    const result = await this.#backend.board(query, rows);
    if (asked !== this.#asked) {
      return null; // An older answer never replaces a newer one.
    }
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    return result.data;
  }

  #take(board: Board, query: BoardQuery): void {
    this.error = null;
    this.board = board;
    this.answered = query;
  }

  #focusFirst(): void {
    const column = this.columns.find(({ total }) => total > 0);
    if (column !== undefined) {
      this.#focusAt(column, 0);
    }
  }

  #focusAt(column: ColumnState, index: number): void {
    if (column.total === 0) {
      return;
    }
    const at = Math.max(0, Math.min(index, column.total - 1));
    const row = column.row(at);
    this.focus = { status: column.status, index: at, key: row === null ? null : rowKey(row) };
    this.hasFocus = true;
    this.#entered = true;
    this.reveals += 1;
  }

  /** Keeps the focus on its case wherever that went, else on the card that took its place. */
  #settleFocus(): void {
    const { focus } = this;
    if (focus === null) {
      const column = this.columns.find(({ total }) => total > 0);
      const row = column?.row(0);
      if (column !== undefined && row) {
        this.focus = { status: column.status, index: 0, key: rowKey(row) };
      }
      return;
    }
    const places = this.columns.toSorted(
      (a, b) => Number(b.status === focus.status) - Number(a.status === focus.status),
    );
    for (const column of places) {
      const index = focus.key === null ? null : column.indexOf(focus.key, rowKey);
      if (index !== null) {
        const moved = column.status !== focus.status;
        this.focus = { status: column.status, index, key: focus.key };
        this.reveals += moved ? 1 : 0;
        return;
      }
    }
    const column = places.find(({ total }) => total > 0);
    if (column === undefined) {
      this.focus = null;
      return;
    }
    const index = Math.min(focus.index, column.total - 1);
    const row = column.row(index);
    // A row that is not held yet keeps its key until its page is there.
    this.focus = { status: column.status, index, key: row === null ? focus.key : rowKey(row) };
  }

  /** Gives the focus its key once the page with its row has come. */
  settleKey(): void {
    const { focus } = this;
    const row = focus === null ? null : (this.column(focus.status)?.row(focus.index) ?? null);
    if (focus !== null && row !== null && focus.key === null) {
      this.focus = { ...focus, key: rowKey(row) };
    }
  }
}
