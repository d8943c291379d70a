import type {
  Backend,
  BoardQuery,
  Chip,
  Grouping,
  SearchField,
  SearchView,
} from "$lib/backend/backend";
import { NO_ROWS } from "$lib/shared/counts";
import { MOST_RECENT, MOST_TRIED, negated } from "./search";
import type { Stretch } from "./search";

const NOTHING: SearchView = { chips: [], problems: [], exact: null };
/** Fields whose values are those that cases have. */
const GROUPINGS: Readonly<Record<string, Grouping>> = {
  status: "status",
  assignee: "assignee",
  tag: "tag",
  cat: "category",
  owner: "owner",
};
/** Values of these are not written as what names their group. */
const BY_NAME: readonly string[] = ["assignee"];
/** What every person can be. */
const PERSONS: readonly string[] = ["me", "none"];
const MOST_VALUES = 200;

/** How many cases there would be without one chip. */
export type Relaxation = { index: number; text: string; nCases: number };

/** What is searched: one query, as text and as chips. */
export class SearchState {
  readonly #backend: Backend;
  readonly #zone: () => string;
  #asked = 0;
  #tried = 0;
  text = $state("");
  asText = $state(false);
  /** Whether something was pasted into the text. */
  pasted = $state(false);
  /** Where the caret is while the field has the focus: what is being typed there is given time. */
  caret = $state<number | null>(null);
  /** What the text means, and which text that was. */
  view = $state.raw<SearchView & { text: string }>({ ...NOTHING, text: "" });
  fields = $state.raw<readonly SearchField[]>([]);
  /** Searches of this run, the newest first. */
  recent = $state.raw<readonly string[]>([]);
  /** What would match without one of the chips, best first. */
  relaxations = $state.raw<readonly Relaxation[]>([]);

  readonly query: BoardQuery = $derived.by(() => ({
    text: this.text,
    asText: this.asText,
    zone: this.#zone(),
  }));
  readonly empty = $derived(this.text.trim() === "");
  /** Whether it asks for one thing, and wants to be told where that was found. */
  readonly asksWhere = $derived(
    !this.empty &&
      (this.pasted || (this.view.exact !== null && this.view.text === this.text && !this.asText)),
  );

  /** `zone` names the zone that dates without one are in. */
  constructor(backend: Backend, zone: () => string) {
    this.#backend = backend;
    this.#zone = zone;
  }

  /** Searches for something else, and reads what that means. */
  async set(text: string, asText = false): Promise<void> {
    this.text = text;
    this.asText = asText;
    this.pasted &&= text.trim() !== "";
    this.relaxations = [];
    this.#tried += 1;
    const asked = ++this.#asked;
    if (text.trim() === "") {
      return;
    }
    const result = await this.#backend.readSearch(text);
    if (asked === this.#asked && result.status === "ok") {
      this.view = { ...result.data, text }; // An older answer never replaces a newer one.
    }
  }

  /** Forgets what the text before meant: the cases are those of no search by now. */
  forget(): void {
    if (this.empty) {
      this.view = { ...NOTHING, text: this.text };
    }
  }

  async loadFields(): Promise<void> {
    if (this.fields.length === 0) {
      const result = await this.#backend.searchFields();
      this.fields = result.status === "ok" ? result.data : this.fields;
    }
  }

  /** Values that a field knows, or that cases have. */
  async valuesOf(field: string): Promise<readonly string[]> {
    await this.loadFields();
    const known = this.fields.find(({ name }) => name === field)?.values ?? [];
    const grouping = GROUPINGS[field];
    if (known.length > 0 || grouping === undefined) {
      return known;
    }
    const result = await this.#backend.groups({ text: "" }, grouping, MOST_VALUES);
    if (result.status === "error") {
      return [];
    }
    const values = result.data.groups.map(({ key, name }) =>
      BY_NAME.includes(field) ? name : key,
    );
    const some = values.filter((value) => value !== null);
    return field === "assignee" ? [...PERSONS, ...some] : some;
  }

  /** Keeps what was searched for, for this run. */
  remember(): void {
    const text = this.text.trim();
    if (text !== "") {
      this.recent = [text, ...this.recent.filter((other) => other !== text)].slice(0, MOST_RECENT);
    }
  }

  /** The text without one chip. */
  without(index: number): Promise<string | null> {
    return this.#textOf(this.view.chips.filter((_, at) => at !== index));
  }

  /** The text with one chip turned into its opposite; `null` if it has none. */
  async negate(index: number): Promise<string | null> {
    const { chips } = this.view;
    const chip = chips[index];
    const opposite = chip === undefined ? null : negated(chip, this.fields);
    return opposite === null
      ? null
      : this.#textOf(chips.map((other, at) => (at === index ? opposite : other)));
  }

  /** The text of all chips, and where one of them stands in it. */
  async place(index: number): Promise<(Stretch & { text: string }) | null> {
    const { chips } = this.view;
    const texts = await Promise.all(chips.map((chip) => this.#textOf([chip])));
    const written = texts.filter((text) => text !== null);
    const own = written[index];
    if (written.length !== chips.length || own === undefined) {
      return null;
    }
    const start = written.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
    return { text: written.join(" "), start, end: start + own.length };
  }

  /** Tries what would match without each chip, one at a time. */
  async relax(): Promise<void> {
    const tried = ++this.#tried;
    const { query } = this;
    const chips = this.view.text === this.text ? this.view.chips : [];
    if (chips.length < 2) {
      this.relaxations = [];
      return; // Without its only chip a search is no search.
    }
    const counted = await Promise.all(
      chips.slice(0, MOST_TRIED).map(async (chip, index): Promise<Relaxation | null> => {
        const [rest, text] = await Promise.all([this.without(index), this.#textOf([chip])]);
        if (rest === null || text === null) {
          return null;
        }
        const result = await this.#backend.board({ ...query, text: rest }, NO_ROWS);
        return result.status === "ok" ? { index, text, nCases: result.data.nCases } : null;
      }),
    );
    if (tried === this.#tried) {
      this.relaxations = counted
        .filter((found) => found !== null)
        .filter(({ nCases }) => nCases > 0)
        .sort((a, b) => b.nCases - a.nCases);
    }
  }

  async #textOf(chips: readonly Chip[]): Promise<string | null> {
    const result = await this.#backend.chipsToText([...chips]);
    return result.status === "ok" ? result.data : null;
  }
}
