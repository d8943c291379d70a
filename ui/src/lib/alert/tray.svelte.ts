import type {
  AlertId,
  Backend,
  CaseRow,
  CommandError,
  Dropped,
  EntryView,
  FoundId,
  FoundValue,
  ShortenedId,
  SourceId,
  TrayDone,
} from "$lib/backend/backend";
import { isWaiting, settle } from "./alert";
import type { Report } from "./alert";
import { TargetState } from "./target.svelte";
import {
  NOTHING_CHOSEN,
  NOTHING_FOUND,
  choice,
  doneOf,
  joined,
  joinedShort,
  keyOf,
  mereWords,
  recentOf,
  sort,
  told,
  unaskedOf,
  without,
} from "./tray";
import type { TrayGroup } from "./tray";

/** A table whose columns do not tell which of them holds the ids. */
export type AskedColumns = { text: string; columns: readonly string[]; origin: string };

/** Alerts that were dropped or pasted and wait for a case. What waits outlives the window. */
export class TrayState {
  readonly #backend: Backend;
  readonly #now: () => number;
  /** A source, by its name for people, in the search language. */
  readonly #scope: (name: string) => string;
  #work: Promise<void> = Promise.resolve();
  #targets: readonly TargetState[] = [];
  /** Counts profiles: what was asked for another one is not taken in. */
  #life = 0;
  origin = $state("");
  ids = $state.raw<readonly FoundId[]>([]);
  shortened = $state.raw<readonly ShortenedId[]>([]);
  recent = $state.raw<readonly TrayDone[]>([]);
  found = $state.raw(NOTHING_FOUND);
  chosen = $state.raw(NOTHING_CHOSEN);
  /** What became of ids that did not leave. */
  reports = $state.raw<readonly Report[]>([]);
  /** Ids that are looked up. */
  looking = $state(0);
  attaching = $state<string | null>(null);
  error = $state.raw<CommandError | null>(null);
  /** Why what waits is not kept. */
  unkept = $state.raw<CommandError | null>(null);
  /** What the last text held beside ids. */
  asked = $state.raw<AskedColumns | null>(null);
  links = $state.raw<readonly CaseRow[]>([]);
  values = $state.raw<readonly FoundValue[]>([]);
  cutOff = $state(false);
  nothing = $state(false);
  /** Ids of the last text. */
  lastIds = $state.raw<readonly AlertId[]>([]);

  readonly sorted = $derived(sort(this.ids, this.found, this.chosen));
  readonly count = $derived(this.ids.length + this.shortened.length);
  /** Names of sources that did not answer for some id. */
  readonly unasked = $derived(unaskedOf(this.sorted.lost));

  constructor(backend: Backend, now: () => number, scope: (name: string) => string) {
    this.#backend = backend;
    this.#now = now;
    this.#scope = scope;
  }

  /** Where alerts of a source may be attached. */
  target({ key, name, source }: TrayGroup): TargetState {
    const known = this.#targets.find((one) => keyOf(one.source) === key);
    if (known !== undefined) {
      return known;
    }
    const target = new TargetState(this.#backend, source, this.#scope(name));
    this.#targets = [...this.#targets, target];
    return target;
  }

  /** Reads what was left there, and looks it up. */
  async load(): Promise<void> {
    const life = this.#life;
    const result = await this.#backend.tray();
    if (life !== this.#life) {
      return;
    }
    if (result.status === "error") {
      this.error = result.error;
      return;
    }
    const { ids, origin, recent, shortened } = result.data;
    this.origin = origin;
    this.ids = joined(ids, this.ids);
    this.shortened = joinedShort(shortened, this.shortened);
    this.recent = recentOf(recent, this.#now());
    await this.look();
  }

  /** Reads a text and puts what it holds into the Tray; tells how many ids it held. */
  async add(text: string, origin: string, column: string | null = null): Promise<number> {
    this.error = null;
    this.asked = null;
    const result = await this.#backend.readDrop(text, column);
    if (result.status === "error") {
      this.error = result.error;
      return 0;
    }
    return this.#take(result.data, text, origin);
  }

  /** Puts ids there that a case did not take. */
  async put(ids: readonly FoundId[], origin: string): Promise<void> {
    this.origin = origin;
    this.ids = joined(this.ids, ids);
    this.nothing = false;
    void this.#keep();
    await this.look();
  }

  /** Looks up what nobody answered for. */
  async look(again = false): Promise<void> {
    const life = this.#life;
    const lost = again ? this.sorted.lost.map(({ found }) => found) : [];
    const wanted = [...this.ids.filter(({ id }) => !this.found.has(id)), ...lost];
    if (wanted.length === 0) {
      this.#aim();
      return;
    }
    this.error = null;
    this.looking += wanted.length;
    const result = await this.#backend.resolveAlerts(wanted, (alerts) => {
      if (life === this.#life) {
        this.found = told(this.found, alerts);
      }
    });
    if (life !== this.#life) {
      return;
    }
    this.looking -= wanted.length;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.#drop(mereWords(wanted, this.found));
    }
    this.#aim();
  }

  /** Says in which of several sources an alert is meant. */
  choose(id: AlertId, source: SourceId): void {
    this.chosen = choice(this.chosen, id, source);
    this.#aim();
  }

  remove(ids: readonly AlertId[]): void {
    this.#drop(ids);
    this.#aim();
  }

  removeShortened(text: string): void {
    this.shortened = this.shortened.filter((one) => one.text !== text);
    void this.#keep();
  }

  clear(): void {
    this.ids = [];
    this.shortened = [];
    this.found = NOTHING_FOUND;
    this.chosen = NOTHING_CHOSEN;
    this.reports = [];
    this.asked = null;
    this.links = [];
    this.values = [];
    this.nothing = false;
    this.error = null;
    void this.#keep();
  }

  /** Attaches ids of the case's source. What the case has by now leaves the Tray; the rest says why it stays. */
  async attach(
    row: Pick<CaseRow, "case" | "handle">,
    ids: readonly AlertId[],
    unknown = false,
  ): Promise<Report | null> {
    if (this.attaching !== null || ids.length === 0) {
      return null;
    }
    this.attaching = row.handle;
    this.error = null;
    const result = await this.#backend.attachIds(row.case, [...ids], unknown);
    this.attaching = null;
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    this.took(result.data);
    return result.data;
  }

  /** What a case took leaves the Tray; the rest says why it stays. */
  took(report: Report): void {
    this.reports = [report, ...this.reports];
    this.#settle();
  }

  /** Tells what became of entries that ids wait for. */
  follow(entries: readonly EntryView[]): void {
    if (this.reports.some(isWaiting)) {
      this.reports = this.reports.map((report) => settle(report, entries));
      this.#settle();
    }
  }

  /** What became of an id that is still there, in which case. */
  outcome(id: AlertId): { report: Report; item: Report["items"][number] } | null {
    for (const report of this.reports) {
      const item = report.items.find((one) => one.id === id);
      if (item !== undefined) {
        return { report, item };
      }
    }
    return null;
  }

  /** Forgets everything, for another profile; what is kept stays kept. */
  forget(): void {
    this.#life += 1;
    this.#targets = [];
    this.ids = [];
    this.shortened = [];
    this.recent = [];
    this.found = NOTHING_FOUND;
    this.chosen = NOTHING_CHOSEN;
    this.reports = [];
    this.looking = 0;
    this.attaching = null;
    this.asked = null;
    this.links = [];
    this.values = [];
    this.nothing = false;
    this.error = null;
  }

  async #take({ cases, text: read }: Dropped, text: string, origin: string): Promise<number> {
    this.links = cases;
    this.values = read.values;
    this.cutOff = read.leftOut.bytes + read.leftOut.ids > 0;
    const count = read.ids.length + read.shortened.length;
    this.lastIds = read.ids.map(({ id }) => id);
    if (read.ids.length === 0 && read.columns.length > 0) {
      this.asked = { text, columns: read.columns, origin };
      this.nothing = false;
      return 0;
    }
    this.nothing = count === 0 && cases.length === 0 && read.values.length === 0;
    if (count > 0) {
      this.shortened = joinedShort(this.shortened, read.shortened);
      await this.put(read.ids, origin);
    }
    return count;
  }

  /** What its case has by now leaves the Tray. */
  #settle(): void {
    const done = this.reports.flatMap((report) => doneOf(report, this.ids, this.#now()));
    this.recent = recentOf([...done, ...this.recent], this.#now());
    this.#drop(done.map(({ id }) => id));
    this.reports = this.reports.filter(({ items }) =>
      items.some(({ id }) => this.ids.some((one) => one.id === id)),
    );
    this.#aim();
  }

  #drop(ids: readonly AlertId[]): void {
    if (ids.length === 0) {
      return;
    }
    const left = without(this.ids, this.found, ids);
    this.ids = left.ids;
    this.found = left.of;
    void this.#keep();
  }

  /** Asks for cases that fit what is there now. */
  #aim(): void {
    for (const group of this.sorted.groups) {
      this.target(group).aim(group.rows.map(({ found }) => found.id));
    }
  }

  #keep(): Promise<void> {
    const tray = {
      origin: this.origin,
      ids: [...this.ids],
      shortened: [...this.shortened],
      recent: [...this.recent],
    };
    this.#work = this.#work.then(async () => {
      const result = await this.#backend.putTray(tray);
      this.unkept = result.status === "error" ? result.error : null;
    });
    return this.#work;
  }
}
