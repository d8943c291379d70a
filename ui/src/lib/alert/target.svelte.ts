import type {
  AlertId,
  Backend,
  CaseDraft,
  CaseRow,
  CommandError,
  Reason,
  SourceId,
  Suggestions,
} from "$lib/backend/backend";

/** Cases that a search for a target shows. */
const MOST_FOUND = 8;
/** Likely cases that are shown; a digit key chooses each. */
const MOST_SUGGESTED = 5;

/** Where alerts can go: a case, or a new one. */
export type Target = { kind: "case"; row: CaseRow; reasons: readonly Reason[] } | { kind: "new" };

/** The choice of a case for alerts of one source. Nothing is ever chosen but by a person. */
export class TargetState {
  readonly #backend: Backend;
  readonly source: SourceId;
  /** The source as the search language names it. */
  readonly #place: string;
  #asked = 0;
  #searched = 0;
  #ids: readonly AlertId[] = [];
  /** Settled once what is suggested fits the alerts that are there. */
  ready: Promise<void> = Promise.resolve();
  suggestions = $state.raw<Suggestions | null>(null);
  loading = $state(false);
  error = $state.raw<CommandError | null>(null);
  text = $state("");
  hits = $state.raw<readonly CaseRow[] | null>(null);
  /** Place of the marked target. */
  at = $state(0);

  /** What can be chosen, in the order of the digit keys. */
  readonly choices = $derived.by((): Target[] => {
    if (this.hits !== null) {
      return this.hits.map((row) => ({ kind: "case", row, reasons: [] }));
    }
    const cases = (this.suggestions?.cases ?? [])
      .slice(0, MOST_SUGGESTED)
      .map(({ reasons, row }): Target => ({ kind: "case", row, reasons }));
    const fresh: Target = { kind: "new" };
    return this.suggestions?.isNewFirst === true ? [fresh, ...cases] : [...cases, fresh];
  });
  readonly marked = $derived(this.choices[Math.min(this.at, this.choices.length - 1)] ?? null);
  readonly draft = $derived.by((): CaseDraft | null => this.suggestions?.newCase ?? null);

  /** `place` is the source in the search language. */
  constructor(backend: Backend, source: SourceId, place: string) {
    this.#backend = backend;
    this.source = source;
    this.#place = place;
  }

  /** Asks for cases that these alerts may belong to, if they are not the same as before. */
  aim(ids: readonly AlertId[]): void {
    const same = ids.length === this.#ids.length && ids.every((id, at) => this.#ids[at] === id);
    if (!same || this.error !== null) {
      this.#ids = ids;
      this.ready = this.#suggest(ids);
    }
  }

  async #suggest(ids: readonly AlertId[]): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    const result = await this.#backend.suggestCases(this.source, [...ids]);
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    this.loading = false;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.error = null;
      this.suggestions = result.data;
      this.at = 0;
    }
  }

  /** Cases of this source whose texts match; an empty text shows what is suggested. */
  async search(text: string): Promise<void> {
    this.text = text;
    this.at = 0;
    const searched = ++this.#searched;
    if (text.trim() === "") {
      this.hits = null;
      return;
    }
    const { deployment, space } = this.source;
    const query = { text: `(${text}) ${this.#place}` };
    const result = await this.#backend.list(query, {
      order: "changed",
      descending: false,
      group: null,
      offset: 0,
      limit: MOST_FOUND,
    });
    if (searched === this.#searched && result.status === "ok") {
      // Whatever the text says, another source is none to attach to.
      this.hits = result.data.rows.filter(
        ({ case: { source } }) => source.deployment === deployment && source.space === space,
      );
    }
  }

  mark(at: number): void {
    this.at = Math.max(0, Math.min(at, this.choices.length - 1));
  }
}
