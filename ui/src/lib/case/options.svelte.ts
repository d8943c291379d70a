import type { Backend, CaseForm, Grouping, SourceId } from "$lib/backend/backend";
import { PeopleState } from "./people.svelte";

/** Most values of a field that are proposed. */
const MOST = 200;

/** What the fields of a source's cases can be given: tags, categories and people in use, and the fields as configured. */
export class OptionsState {
  readonly #backend: Backend;
  readonly people: PeopleState;
  #of = "";
  tags = $state.raw<readonly string[]>([]);
  categories = $state.raw<readonly string[]>([]);
  form = $state.raw<CaseForm | null>(null);

  constructor(backend: Backend) {
    this.#backend = backend;
    this.people = new PeopleState(backend);
  }

  /** Reads what can be given to cases of an owner in a source; `deploymentName` is how searches call it. */
  async load(source: SourceId, deploymentName: string, owner: string): Promise<void> {
    const of = `${source.deployment}/${source.space}/${owner}`;
    if (this.#of !== of) {
      this.tags = [];
      this.categories = [];
      this.form = null;
      this.people.known = [];
    }
    this.#of = of;
    const groups = (grouping: Grouping) => this.#groups([{ source, deploymentName }], grouping);
    const [form, tags, categories, people] = await Promise.all([
      this.#backend.caseForm(source, owner),
      groups("tag"),
      groups("category"),
      groups("assignee"),
    ]);
    if (this.#of !== of) {
      return; // What was asked for another source since then counts.
    }
    this.form = form.status === "ok" ? form.data : this.form;
    this.tags = tags.map(({ key }) => key);
    this.categories = categories.map(({ key }) => key);
    this.people.known = people.map(({ key, name }) => ({ uid: key, name, username: null }));
  }

  /** Reads the tags and categories in use in several sources. */
  async loadValues(places: readonly { source: SourceId; deploymentName: string }[]): Promise<void> {
    const [tags, categories] = await Promise.all([
      this.#groups(places, "tag"),
      this.#groups(places, "category"),
    ]);
    this.tags = tags.map(({ key }) => key);
    this.categories = categories.map(({ key }) => key);
  }

  async #groups(
    places: readonly { source: SourceId; deploymentName: string }[],
    grouping: Grouping,
  ): Promise<{ key: string; name: string }[]> {
    const text = places.map(({ source, deploymentName }) => `${deploymentName}/${source.space}`);
    const query = { text: `source:${text.join(",")}` };
    const result = await this.#backend.groups(query, grouping, MOST);
    const all = result.status === "ok" ? result.data.groups : [];
    return all.flatMap(({ key, name }) => (key === null ? [] : [{ key, name: name ?? key }]));
  }
}
