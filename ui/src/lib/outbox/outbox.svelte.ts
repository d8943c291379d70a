import type {
  Answer,
  Backend,
  CommandError,
  EntryId,
  EntryView,
  OutboxView,
} from "$lib/backend/backend";
import { countEntries, groupEntries, isSettled, isUnderWay, needsPerson } from "./outbox";

/** Writes that `Mod+Z` goes back over. */
const MOST_UNDONE = 50;

/** What an attempt to take something back came to. */
export type Undone =
  | { kind: "undone"; entry: EntryView; after: EntryView }
  /** It is on its way; it is taken back as soon as it is settled. */
  | { kind: "later"; entry: EntryView }
  | { kind: "nothing" }
  | { kind: "failed"; entry: EntryView; error: CommandError };

/** Who is told of what nobody asked for. */
export type OutboxListener = {
  /** These need a person now and did not before. */
  onneeds: (entries: readonly EntryView[]) => void;
  /** What was to be taken back once it is settled was, or could not be. */
  onundone: (undone: Undone) => void;
};

/** Everything that was written and is not settled, and the newest of what is. */
export class OutboxState {
  readonly #backend: Backend;
  #asked = 0;
  #undoing: Promise<unknown> = Promise.resolve();
  listener: OutboxListener | null = null;
  /** Entries that were there before this window wrote anything. */
  #before: readonly EntryId[] | null = null;
  /** Entries that needed a person when they were last read. */
  #needing: readonly EntryId[] | null = null;
  /** Entries that were taken back, and those that take others back. */
  #undone: readonly EntryId[] = [];
  /** Entries that are to be taken back once they are settled. */
  #wanted: readonly EntryId[] = [];
  view = $state.raw<OutboxView | null>(null);
  error = $state.raw<CommandError | null>(null);

  readonly entries = $derived(this.view?.entries ?? []);
  readonly counts = $derived(countEntries(this.entries));
  readonly open = $derived(
    groupEntries(
      this.entries.filter((entry) => !isSettled(entry)),
      this.view?.cases ?? [],
    ),
  );
  /** What is settled, the newest case first. */
  readonly settled = $derived(
    groupEntries(this.entries.filter(isSettled).toReversed(), this.view?.cases ?? []),
  );

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    const result = await this.#backend.outbox();
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "error") {
      this.error = result.error;
      return;
    }
    const { entries } = result.data;
    this.view = result.data;
    this.error = null;
    this.#before ??= entries.map(({ id }) => id);
    const needing = entries.filter(needsPerson);
    const known = this.#needing;
    this.#needing = needing.map(({ id }) => id);
    // What was left of an earlier run stands in the list; only what a quit left held is asked about.
    const fresh = needing.filter(({ asks, id }) => (known === null ? asks : !known.includes(id)));
    if (fresh.length > 0) {
      this.listener?.onneeds(fresh);
    }
    await this.#undoWanted();
  }

  find(id: EntryId): EntryView | null {
    return this.entries.find((entry) => entry.id === id) ?? null;
  }

  async retry(id: EntryId): Promise<CommandError | null> {
    return this.#done(await this.#backend.retryEntry(id));
  }

  async discard(id: EntryId): Promise<CommandError | null> {
    return this.#done(await this.#backend.discardEntry(id));
  }

  async keepMine(id: EntryId, fields: readonly string[]): Promise<CommandError | null> {
    return this.#done(await this.#backend.keepMine(id, [...fields]));
  }

  /** Takes an entry back; one that is on its way as soon as it is settled. */
  async undo(entry: EntryView): Promise<Undone> {
    const result = await this.#backend.undoEntry(entry.id);
    if (result.status === "ok") {
      this.#undone = [...this.#undone, entry.id, result.data.id];
      await this.load();
      return { kind: "undone", entry, after: result.data };
    }
    await this.load();
    const now = this.find(entry.id);
    if (now !== null && isUnderWay(now)) {
      this.#wanted = [...this.#wanted, entry.id];
      return { kind: "later", entry: now };
    }
    return { kind: "failed", entry, error: result.error };
  }

  /** Takes several back, one after the other. */
  async undoAll(entries: readonly EntryView[]): Promise<Undone[]> {
    const undone: Undone[] = [];
    for (const entry of entries) {
      undone.push(await this.undo(entry));
    }
    return undone;
  }

  /** Takes back the newest write of this run that can be; a bulk as a whole. */
  undoNewest(): Promise<Undone[]> {
    // Two quick presses are two writes back, not the same one twice.
    const undoing = this.#undoing.then(() => this.#undoNewest());
    this.#undoing = undoing;
    return undoing;
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.#asked += 1;
    this.#before = null;
    this.#needing = null;
    this.#undone = [];
    this.#wanted = [];
    this.view = null;
    this.error = null;
  }

  async #undoNewest(): Promise<Undone[]> {
    await this.load();
    const mine = this.entries
      .filter(({ by, id }) => by.face === "window" && this.#before?.includes(id) === false)
      .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
      .slice(0, MOST_UNDONE)
      .filter((entry) => !this.#undone.includes(entry.id) && !this.#wanted.includes(entry.id))
      .filter((entry) => entry.canUndo || isUnderWay(entry));
    const [newest] = mine;
    if (newest === undefined) {
      return [{ kind: "nothing" }];
    }
    const together = mine.filter(({ bulk, id }) =>
      newest.bulk === null ? id === newest.id : bulk === newest.bulk,
    );
    return this.undoAll(together);
  }

  async #undoWanted(): Promise<void> {
    const ready = this.#wanted.map((id) => this.find(id)).filter((entry) => entry !== null);
    for (const entry of ready.filter((one) => !isUnderWay(one))) {
      this.#wanted = this.#wanted.filter((id) => id !== entry.id);
      this.listener?.onundone(await this.undo(entry));
    }
  }

  async #done(result: Answer<EntryView>): Promise<CommandError | null> {
    await this.load();
    return result.status === "error" ? result.error : null;
  }
}
