import type { Answer, CaseRow, CommandError } from "$lib/backend/backend";
import { isHandle, modeOf, ordered, ranked } from "./palette";
import type { Item, Row, Rows, Section } from "./palette";

/** What the palette is made of, as it was when it was opened. */
export type PaletteParts = {
  /** Actions of the focused case first. */
  sections: readonly Section[];
  /** Everything that has a key, for the mode that lists keys. */
  keys: Section;
  /** Headings of what is found. */
  titles: { exact: string; cases: string; search: string };
  /** Cases that are found by a text; asked of what is known on this computer. */
  find: (text: string) => Promise<Answer<readonly CaseRow[]>>;
  caseItem: (row: CaseRow) => Item;
  searchItem: (text: string) => Item;
  /** Called with what was chosen, before it is done. */
  onchosen: (item: Item) => Promise<void>;
};

/** Where actions stand; everything else is found by other means. */
const ACTION_SECTIONS: readonly string[] = ["recent", "focused", "everywhere"];

/** The open palette: what is typed, what fits, and which row is next. */
export class PaletteState {
  readonly #parts: PaletteParts;
  #asked = 0;
  text = $state("");
  active = $state(0);
  /** The item whose choices are shown. */
  step = $state.raw<Item | null>(null);
  cases = $state.raw<readonly CaseRow[]>([]);
  /** Why cases could not be searched. */
  error = $state.raw<CommandError | null>(null);
  /** The row that could not be done, and why. */
  failed = $state.raw<{ id: string; error: CommandError } | null>(null);

  readonly #read = $derived(modeOf(this.text));
  readonly mode = $derived(this.step === null ? this.#read.mode : "all");

  readonly sections: readonly Rows[] = $derived.by(() => {
    const { mode, typed } = this.#read;
    const all = this.step === null ? this.#all(mode, typed) : this.#choices(this.step);
    return all.filter(({ rows }) => rows.length > 0);
  });
  readonly rows: readonly Row[] = $derived(this.sections.flatMap(({ rows }) => rows));
  readonly row: Row | null = $derived(this.rows[this.active] ?? null);

  constructor(parts: PaletteParts, step: Item | null = null) {
    this.#parts = parts;
    this.step = step;
  }

  async type(text: string): Promise<void> {
    this.text = text;
    this.active = 0;
    this.failed = null;
    const { mode, typed } = modeOf(text);
    const asked = ++this.#asked;
    if (this.step !== null || typed.trim() === "" || mode === "actions" || mode === "keys") {
      this.cases = [];
      this.error = null;
      return;
    }
    const result = await this.#parts.find(typed);
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    // What comes late moves no row that is already chosen.
    const chosen = this.active === 0 ? null : this.row?.id;
    this.cases = result.status === "ok" ? result.data : [];
    this.error = result.status === "error" ? result.error : null;
    if (chosen !== null) {
      this.active = Math.max(
        0,
        this.rows.findIndex(({ id }) => id === chosen),
      );
    }
  }

  move(by: number): void {
    const last = this.rows.length - 1;
    const next = this.active + by;
    this.active = last < 0 ? 0 : next < 0 ? last : next > last ? 0 : next;
  }

  moveTo(end: "first" | "last"): void {
    this.active = end === "first" ? 0 : Math.max(0, this.rows.length - 1);
  }

  /** Does what a row says, or asks what it needs first. */
  async choose(row: Item): Promise<void> {
    this.failed = null;
    if (row.choices !== undefined) {
      this.step = row;
      this.text = "";
      this.active = Math.max(
        0,
        row.choices().findIndex(({ checked }) => checked === true),
      );
      return;
    }
    const doing = row.run;
    if (row.kind === "source") {
      const error = await doing();
      if (error !== null && error !== undefined) {
        this.failed = { id: row.id, error };
        return;
      }
      await this.#parts.onchosen(row);
      return;
    }
    await this.#parts.onchosen(this.step ?? row);
    await doing();
  }

  /** Back from a step; answers whether there was one. */
  back(): boolean {
    const there = this.step !== null;
    this.step = null;
    this.text = "";
    this.active = 0;
    return there;
  }

  #choices(step: Item): Rows[] {
    const items = step.choices?.() ?? [];
    return [ranked({ id: "choices", title: step.title, items }, this.text.trim())];
  }

  #all(mode: string, typed: string): Rows[] {
    const { caseItem, keys, searchItem, sections, titles } = this.#parts;
    const asked = typed.trim();
    if (mode === "keys") {
      return [ranked(keys, asked)];
    }
    const exact = this.cases.filter(({ handle }) => isHandle(asked, handle));
    const rest = this.cases.filter((row) => !exact.includes(row));
    const found = (rows: readonly CaseRow[]) =>
      rows.map((row) => ({ ...caseItem(row), marks: [] }));
    const cases = { id: "cases", title: titles.cases, rows: found(rest) };
    const top = { id: "exact", title: titles.exact, rows: found(exact) };
    if (mode === "cases") {
      return [top, cases];
    }
    const told = sections.map((section) => ranked(section, asked));
    const isAction = ({ id }: Rows) => ACTION_SECTIONS.includes(id);
    if (mode === "actions") {
      return told.filter(isAction);
    }
    const search = {
      id: "search",
      title: titles.search,
      rows: asked === "" ? [] : [{ ...searchItem(asked), marks: [] }],
    };
    const [first, ...others] = asked === "" ? told : ordered(told);
    return [top, ...(first === undefined ? [] : [first]), cases, ...others, search];
  }
}
