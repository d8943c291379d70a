import type {
  Backend,
  BoardQuery,
  CaseRef,
  CaseRow,
  CommandError,
  Group,
  Grouping,
  ListOrder,
} from "$lib/backend/backend";
import { caseKey } from "./board";
import type { ColumnId } from "./list";
import { LIST_COLUMNS, startsDescending } from "./list";
import { SectionState, sectionId } from "./section.svelte";
import { heldRow } from "./window.svelte";

/** Most groups that are asked for. */
export const MOST_GROUPS = 200;
/** Lines that are filled before it is known how many are in sight. */
const FIRST_LINES = 60;
/** Index of a section's heading. */
export const HEADING = -1;

/** A row, or with the index `HEADING` what stands above the rows of a group. */
export type Line = { section: SectionState; index: number };

/** The line that has the list's one tab stop; `cell` is the column, if one cell of a row has it. */
export type ListFocus = {
  section: string;
  index: number;
  key: string | null;
  cell: number | null;
};

const rowKey = (row: CaseRow) => caseKey(row.case);

/** What the list shows, in which order and groups, and which line has the focus. */
export class ListState {
  readonly #backend: Backend;
  readonly #query: () => BoardQuery;
  #asked = 0;
  #entered = false;
  /** The lines that were drawn last. */
  #inSight = { first: 0, last: FIRST_LINES };
  sections = $state.raw<readonly SectionState[]>([]);
  nGroups = $state(0);
  loaded = $state(false);
  error = $state.raw<CommandError | null>(null);
  order = $state<ListOrder>("changed");
  descending = $state(true);
  grouping = $state<Grouping | null>(null);
  #shown = $state.raw<readonly ColumnId[]>(
    LIST_COLUMNS.filter(({ shown }) => shown).map(({ id }) => id),
  );
  focus = $state.raw<ListFocus | null>(null);
  /** Whether a line has, or should get, the keyboard focus. */
  hasFocus = $state(false);
  /** Counts the moves of the focus that should scroll its line into view. */
  reveals = $state(0);

  readonly columns = $derived(LIST_COLUMNS.filter(({ id }) => this.#shown.includes(id)));
  /** Line at which each section begins. */
  readonly starts: readonly number[] = $derived.by(() => {
    let next = 0;
    return this.sections.map(({ nLines }) => (next += nLines) - nLines);
  });
  readonly nLines = $derived(this.sections.reduce((sum, { nLines }) => sum + nLines, 0));

  constructor(backend: Backend, query: () => BoardQuery) {
    this.#backend = backend;
    this.#query = query;
  }

  get query(): BoardQuery {
    return this.#query();
  }

  /** Asks for what is in sight again; scroll position and focus stay with their cases. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const { query, grouping } = this;
    const groups = await this.#groups(query, grouping);
    if (asked !== this.#asked || groups === null) {
      return; // An older answer never replaces a newer one.
    }
    const sections = groups.groups.map((group) => {
      const id = sectionId(grouping, group?.key ?? null);
      return this.sections.find((section) => section.id === id) ?? this.#section(grouping, group);
    });
    const wanted = this.#wanted(sections, groups.groups);
    const takes = await Promise.all(wanted.map((section) => section.ask(query)));
    if (asked !== this.#asked) {
      return;
    }
    // Everything changes in one go, so that no case is seen twice or not at all.
    sections.forEach((section, index) => {
      section.describe(groups.groups[index] ?? null);
      if (!wanted.includes(section)) {
        section.forget();
      }
    });
    for (const take of takes) {
      take();
    }
    this.error = wanted.find(({ error }) => error !== null)?.error ?? null;
    this.sections = sections;
    this.nGroups = groups.nGroups;
    this.loaded = true;
    this.#settleFocus();
  }

  /** Makes sure that the rows of these lines are held or asked for. */
  async need(first: number, last: number): Promise<void> {
    this.#inSight = { first, last };
    const { query } = this;
    await Promise.all(
      this.sections.map(async (section, at) => {
        const start = (this.starts[at] ?? 0) + (section.grouping === null ? 0 : 1);
        const from = Math.max(0, first - start);
        const to = Math.min(section.total - 1, last - start);
        if (!section.collapsed && from <= to) {
          await section.need(query, from, to);
        }
      }),
    );
    this.#settleKey();
  }

  async orderBy(order: ListOrder, descending = this.#otherWay(order)): Promise<void> {
    this.order = order;
    this.descending = descending;
    await this.refresh();
  }

  async groupBy(grouping: Grouping | null): Promise<void> {
    this.grouping = grouping;
    this.#inSight = { first: 0, last: FIRST_LINES };
    await this.refresh();
  }

  showColumn(column: ColumnId, shown: boolean): void {
    const others = this.#shown.filter((id) => id !== column);
    this.#shown = shown ? [...others, column] : others;
  }

  /** Forgets everything of another profile. */
  clear(): void {
    this.#asked += 1;
    this.sections = [];
    this.nGroups = 0;
    this.loaded = false;
    this.error = null;
    this.focus = null;
    this.hasFocus = false;
    this.#entered = false;
    this.#inSight = { first: 0, last: FIRST_LINES };
  }

  line(index: number): Line | null {
    // The last section that begins at or before the line, and is not empty.
    const at = this.starts.findLastIndex((start) => start <= index);
    const section = this.sections[at];
    const within = index - (this.starts[at] ?? 0);
    if (section === undefined || within < 0 || within >= section.nLines) {
      return null;
    }
    return { section, index: section.grouping === null ? within : within - 1 };
  }

  /** The row of the line with the focus. */
  get focused(): CaseRow | null {
    const { focus } = this;
    const row = focus === null ? null : (this.#focusSection?.row(focus.index) ?? null);
    return row !== null && rowKey(row) === focus?.key ? row : null;
  }

  isFocused({ section, index }: Line): boolean {
    return this.focus?.section === section.id && this.focus.index === index;
  }

  /** Gives the tab stop to a case; `take` also takes the keyboard focus there. */
  focusRow(row: CaseRow, take = true): void {
    const key = rowKey(row);
    const near = this.#focusSection;
    const places = near === null ? this.sections : [near, ...this.sections];
    for (const section of places) {
      const index = section.indexOf(key, rowKey);
      if (index !== null) {
        this.focusLine({ section, index }, this.focus?.key === key ? this.focus.cell : null, take);
        return;
      }
    }
  }

  focusLine({ section, index }: Line, cell: number | null = null, take = true): void {
    const row = section.row(index);
    this.focus = { section: section.id, index, key: row === null ? null : rowKey(row), cell };
    this.hasFocus = take;
    this.#entered ||= take;
  }

  rowOf(ref: CaseRef): CaseRow | null {
    return heldRow(this.sections, ref);
  }

  /** The cases from one to another of its group. */
  async between(from: CaseRow, to: CaseRow): Promise<CaseRow[]> {
    for (const section of this.sections) {
      const first = section.indexOf(rowKey(from), rowKey);
      const last = section.indexOf(rowKey(to), rowKey);
      if (first !== null && last !== null) {
        return section.range(this.query, Math.min(first, last), Math.max(first, last));
      }
    }
    return [to];
  }

  /** The cases of the focused group, if its heading has the focus; else all. */
  async ofGroup(): Promise<CaseRow[]> {
    const section = this.#focusSection;
    return this.focus?.index === HEADING && section !== null
      ? section.range(this.query, 0, section.total - 1)
      : this.all();
  }

  /** All cases of the list, each once, however they are grouped. */
  all(): Promise<CaseRow[]> {
    return this.#section(null, null).range(this.query, 0, Infinity);
  }

  /** Next or previous line; the first key only goes to the one with the tab stop. */
  moveFocus(by: number): void {
    const at = this.#focusLine;
    this.#moveTo(at === null ? 0 : this.#entered ? at + by : at);
  }

  moveFocusTo(end: "first" | "last"): void {
    this.#moveTo(end === "first" ? 0 : this.nLines - 1);
  }

  /** Goes to the next or previous unread row, around the end of the list; answers whether there is one. */
  async moveToUnread(by: 1 | -1): Promise<boolean> {
    const { focus, query } = this;
    const sections = this.sections.filter(({ collapsed }) => !collapsed);
    const n = sections.length;
    const at = Math.max(
      0,
      sections.findIndex(({ id }) => id === focus?.section),
    );
    // Last comes the section where it began, from its other end.
    for (let step = 0; step <= n; step += 1) {
      const section = sections[(at + by * step + n * (n + 1)) % n];
      const end = by > 0 ? 0 : (section?.total ?? 0) - 1;
      const here = focus === null ? end : focus.index + (this.#entered ? by : 0);
      const from = step === 0 && section?.id === focus?.section ? here : end;
      const index = await section?.find(query, from, by, ({ unread }) => unread);
      if (section !== undefined && index !== null && index !== undefined) {
        this.focusLine({ section, index });
        this.reveals += 1;
        return true;
      }
    }
    return false;
  }

  /** The place of the focused row in its section. */
  get place(): { at: number; of: number } | null {
    const section = this.#focusSection;
    return this.focus === null || section === null || this.focus.index === HEADING
      ? null
      : { at: this.focus.index + 1, of: section.total };
  }

  /** Within a row to the next or previous cell; a heading opens or closes its group. */
  moveColumn(by: 1 | -1): void {
    const { focus } = this;
    const section = this.#focusSection;
    if (focus === null || section === null) {
      this.moveFocus(0);
    } else if (focus.index === HEADING) {
      this.collapse(section, by < 0);
    } else {
      const cell = (focus.cell ?? -1) + by;
      const last = this.columns.length - 1;
      this.focus = { ...focus, cell: cell < 0 ? null : Math.min(cell, last) };
      this.hasFocus = true;
      this.#entered = true;
    }
  }

  collapse(section: SectionState, collapsed: boolean): void {
    section.collapsed = collapsed;
    if (collapsed && this.focus?.section === section.id) {
      this.focusLine({ section, index: HEADING }, null, this.hasFocus);
    }
  }

  /** Opens or closes all groups: closes them unless all are closed. */
  collapseAll(): void {
    const collapsed = this.sections.some((section) => !section.collapsed);
    for (const section of this.sections) {
      this.collapse(section, collapsed);
    }
  }

  get #focusSection(): SectionState | null {
    return this.sections.find(({ id }) => id === this.focus?.section) ?? null;
  }

  get #focusLine(): number | null {
    const { focus } = this;
    const at = this.sections.findIndex(({ id }) => id === focus?.section);
    const section = this.sections[at];
    if (focus === null || section === undefined) {
      return null;
    }
    return (this.starts[at] ?? 0) + focus.index + (section.grouping === null ? 0 : 1);
  }

  #moveTo(index: number): void {
    const line = this.line(Math.max(0, Math.min(index, this.nLines - 1)));
    if (line !== null) {
      this.focusLine(line, line.index === HEADING ? null : (this.focus?.cell ?? null));
      this.reveals += 1;
    }
  }

  /** Keeps the focus on its case wherever that went, else on the line that took its place. */
  #settleFocus(): void {
    const { focus, sections } = this;
    const same = this.#focusSection;
    if (focus === null || (focus.index === HEADING && same === null)) {
      this.#restOn(this.line(this.#firstRow()));
      return;
    }
    if (focus.index === HEADING) {
      return;
    }
    for (const section of same === null ? sections : [same, ...sections]) {
      const index = focus.key === null ? null : section.indexOf(focus.key, rowKey);
      if (index !== null) {
        this.focus = { ...focus, section: section.id, index };
        this.reveals += section === same ? 0 : 1;
        return;
      }
    }
    if (same === null || same.total === 0) {
      this.#restOn(this.line(this.#firstRow()));
      return;
    }
    const index = Math.min(focus.index, same.total - 1);
    const row = same.row(index);
    // A row that is not held yet keeps its key until its page is there.
    this.focus = { ...focus, index, key: row === null ? focus.key : rowKey(row) };
  }

  #restOn(line: Line | null): void {
    if (line === null) {
      this.focus = null;
    } else {
      this.focusLine(line, null, this.hasFocus);
    }
  }

  /** The first line that is a row, else the first line. */
  #firstRow(): number {
    return this.line(0)?.index === HEADING && this.line(1) !== null ? 1 : 0;
  }

  /** Gives the focus its key once the page with its row has come. */
  #settleKey(): void {
    const { focus } = this;
    const row = focus === null ? null : (this.#focusSection?.row(focus.index) ?? null);
    if (focus !== null && row !== null && focus.key === null) {
      this.focus = { ...focus, key: rowKey(row) };
    }
  }

  #section(grouping: Grouping | null, group: Group | null): SectionState {
    return new SectionState(this.#backend, grouping, group, () => ({
      order: this.order,
      descending: this.descending,
    }));
  }

  async #groups(
    query: BoardQuery,
    grouping: Grouping | null,
  ): Promise<{ groups: readonly (Group | null)[]; nGroups: number } | null> {
    if (grouping === null) {
      return { groups: [null], nGroups: 0 };
    }
    const asked = this.#asked;
    const result = await this.#backend.groups(query, grouping, MOST_GROUPS);
    if (result.status === "ok") {
      return result.data;
    }
    if (asked === this.#asked) {
      this.error = result.error;
    }
    return null;
  }

  /** The sections of which rows are, or were, in sight; the whole list always is. */
  #wanted(sections: readonly SectionState[], groups: readonly (Group | null)[]): SectionState[] {
    const { first, last } = this.#inSight;
    let next = 0;
    return sections.filter((section, index) => {
      if (section.grouping === null) {
        return true;
      }
      const start = next;
      next += 1 + (section.collapsed ? 0 : (groups[index]?.total ?? 0));
      const inSight = start <= last && next > first && !section.collapsed;
      return inSight || (section.loaded && section.id === this.focus?.section);
    });
  }

  /** A second click on the same order turns it around. */
  #otherWay(order: ListOrder): boolean {
    return order === this.order ? !this.descending : startsDescending(order);
  }
}
