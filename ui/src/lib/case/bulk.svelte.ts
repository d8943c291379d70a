import type {
  Answer,
  Backend,
  CaseRow,
  CommandError,
  EntryView,
  NewStatus,
  SourceId,
} from "$lib/backend/backend";
import { already, bySource, editsOf } from "./bulk";
import type { BulkField, BulkSource, BulkWish, PeopleMode } from "./bulk";
import { OptionsState } from "./options.svelte";

/** Whether the key of a source may not assign there, or change anything else. */
type Forbids = (source: SourceId, right: "write" | "assign") => boolean;

/** What is about to be changed of many cases. */
export class BulkState {
  readonly #backend: Backend;
  readonly #forbids: Forbids;
  readonly rows: readonly CaseRow[];
  readonly sources: readonly BulkSource[];
  /** Tags and categories in use anywhere among them. */
  readonly values: OptionsState;
  /** The people of each source. */
  readonly people: Readonly<Record<string, OptionsState>>;
  field = $state<BulkField>("status");
  status = $state<NewStatus>("in-progress");
  severity = $state("medium");
  category = $state("");
  addTags = $state.raw<readonly string[]>([]);
  removeTags = $state.raw<readonly string[]>([]);
  mode = $state<PeopleMode>("replace");
  chosen = $state.raw<Readonly<Record<string, readonly string[]>>>({});
  /** Sources that are left as they are. */
  left = $state.raw<readonly string[]>([]);
  busy = $state(false);
  error = $state.raw<CommandError | null>(null);

  readonly wish: BulkWish = $derived({
    field: this.field,
    status: this.status,
    severity: this.severity,
    category: this.category,
    tags: { add: this.addTags, remove: this.removeTags },
    mode: this.mode,
    people: this.chosen,
  });
  readonly included = $derived.by(() => this.sources.filter(({ key }) => this.takes(key)));
  readonly nCases = $derived(
    this.included.reduce((sum, { rows }) => sum + rows.length - already(rows, this.wish), 0),
  );
  /** Sources whose key may not change that. */
  readonly locked: readonly string[] = $derived.by(() => {
    const right = this.field === "assignees" ? "assign" : "write";
    return this.sources.filter(({ source }) => this.#forbids(source, right)).map(({ key }) => key);
  });
  /** Cases that are skipped because of that. */
  readonly nLocked = $derived.by(() =>
    this.sources
      .filter(({ key }) => this.locked.includes(key))
      .reduce((sum, { rows }) => sum + rows.length, 0),
  );
  /** Whether enough is chosen for something to happen. */
  readonly ready = $derived(
    this.nCases > 0 && (this.field !== "tags" || this.addTags.length + this.removeTags.length > 0),
  );

  constructor(backend: Backend, rows: readonly CaseRow[], field: BulkField, forbids: Forbids) {
    this.#backend = backend;
    this.#forbids = forbids;
    this.rows = rows;
    this.sources = bySource(rows);
    this.field = field;
    this.values = new OptionsState(backend);
    this.people = Object.fromEntries(
      this.sources.map(({ key }) => [key, new OptionsState(backend)]),
    );
  }

  async load(): Promise<void> {
    await Promise.all([
      this.values.loadValues(this.sources),
      ...this.sources.map((of) =>
        this.people[of.key]?.load(of.source, of.deploymentName, of.rows[0]?.owner ?? ""),
      ),
    ]);
  }

  takes(key: string): boolean {
    const chooses = this.field === "assignees" && this.mode !== "none";
    const open = !this.locked.includes(key) && !this.left.includes(key);
    return open && (!chooses || (this.chosen[key]?.length ?? 0) > 0);
  }

  include(key: string, on: boolean): void {
    this.left = on ? this.left.filter((one) => one !== key) : [...this.left, key];
  }

  /** Chooses a person or no longer; spaces of the same deployment know the same people. */
  person(of: BulkSource, uid: string): void {
    const before = this.chosen[of.key] ?? [];
    const after = before.includes(uid) ? before.filter((one) => one !== uid) : [...before, uid];
    const same = this.sources.filter(
      ({ key, source }) =>
        source.deployment === of.source.deployment &&
        (this.chosen[key] ?? []).join("\n") === before.join("\n"),
    );
    this.chosen = {
      ...this.chosen,
      ...Object.fromEntries(same.map(({ key }) => [key, after])),
    };
  }

  /** Adds or removes a tag; none is asked to come and to go. */
  tag(list: "add" | "remove", tag: string): void {
    const toggled = (tags: readonly string[]) =>
      tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag];
    const without = (tags: readonly string[]) => tags.filter((one) => one !== tag);
    this.addTags = (list === "add" ? toggled : without)(this.addTags);
    this.removeTags = (list === "remove" ? toggled : without)(this.removeTags);
  }

  nameOf(key: string, uid: string): string {
    const known = this.people[key]?.people.matching("").find((person) => person.uid === uid);
    return known?.name ?? uid;
  }

  /** Asks for the change; what was taken in, or `null` with `error` set. */
  async submit(): Promise<EntryView[] | null> {
    if (!this.ready || this.busy) {
      return null;
    }
    this.busy = true;
    const result: Answer<EntryView[]> = await this.#backend.editCases(
      editsOf(this.included, this.wish),
    );
    this.busy = false;
    this.error = result.status === "error" ? result.error : null;
    return result.status === "ok" ? result.data : null;
  }
}
