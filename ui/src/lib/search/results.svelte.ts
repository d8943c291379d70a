import type { Backend, BoardQuery, CaseRow } from "$lib/backend/backend";
import { MOST_RESULTS, groupResults } from "./results";

/** Where something exact, or pasted, was found. */
export class ResultsState {
  readonly #backend: Backend;
  #asked = 0;
  /** Which text was asked for; `null` while nothing is listed. */
  text = $state<string | null>(null);
  total = $state(0);
  rows = $state.raw<readonly CaseRow[]>([]);

  readonly groups = $derived(groupResults(this.rows));
  /** The same cases in the order in which they are listed. */
  readonly listed = $derived(this.groups.flatMap(({ rows }) => rows));

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(query: BoardQuery): Promise<void> {
    const asked = ++this.#asked;
    const result = await this.#backend.list(query, {
      group: null,
      order: "changed",
      descending: true,
      offset: 0,
      limit: MOST_RESULTS,
    });
    if (asked === this.#asked && result.status === "ok") {
      this.text = query.text;
      this.total = result.data.total;
      this.rows = result.data.rows;
    }
  }

  clear(): void {
    this.#asked += 1;
    this.text = null;
    this.total = 0;
    this.rows = [];
  }
}
