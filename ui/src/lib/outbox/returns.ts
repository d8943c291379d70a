import type { EntryId, EntryView } from "$lib/backend/backend";
import { isSettled, needsPerson } from "./outbox";

/** What became of what waited while Kibana was away. */
export type Returned = { sent: number; needs: number };

/** Remembers what waits for deployments that cannot be reached, to tell once what became of it. */
export class Returns {
  #waiting: ReadonlySet<EntryId> = new Set();

  /** Takes in how things stand; answers once when all that waited is settled or needs a person. */
  note(entries: readonly EntryView[], away: readonly string[]): Returned | null {
    const isOpen = (entry: EntryView) => !isSettled(entry) && !needsPerson(entry);
    const isAway = ({ case: { source } }: EntryView) => away.includes(source.deployment);
    const waits = entries.filter((entry) => isOpen(entry) && isAway(entry)).map(({ id }) => id);
    this.#waiting = new Set([...this.#waiting, ...waits]);
    const mine = entries.filter(({ id }) => this.#waiting.has(id));
    if (this.#waiting.size === 0 || mine.some((entry) => isOpen(entry) || isAway(entry))) {
      return null;
    }
    this.#waiting = new Set();
    const sent = mine.filter(({ state }) => state === "done").length;
    const needs = mine.filter(needsPerson).length;
    return sent + needs === 0 ? null : { sent, needs };
  }
}
