import { SvelteSet } from "svelte/reactivity";
import type { Answer, Backend, CommandError, EntryId, ProposalView } from "$lib/backend/backend";
import { stateOf } from "./agent";

/** What agents want to write, and the answers to it. */
export class ApprovalsState {
  readonly #backend: Backend;
  #asked = 0;
  /** Proposals that were open when they were last read. */
  #known: readonly EntryId[] | null = null;
  /** Told of proposals that were not there before. */
  onfresh: ((count: number) => void) | null = null;
  list = $state.raw<readonly ProposalView[] | null>(null);
  error = $state.raw<CommandError | null>(null);
  /** Proposals of which a person said that what the agent had read elsewhere is not in them. */
  readonly despite = new SvelteSet<EntryId>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What waits for an answer, the one that expires first before all others. */
  openAt(now: number): readonly ProposalView[] {
    return (this.list ?? []).filter((one) => stateOf(one, now) === "open");
  }

  /** What was decided, the newest first. */
  decidedAt(now: number): readonly ProposalView[] {
    return (this.list ?? []).filter((one) => stateOf(one, now) !== "open").toReversed();
  }

  find(id: EntryId): ProposalView | null {
    return this.list?.find((one) => one.id === id) ?? null;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    const result = await this.#backend.proposals();
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "error") {
      this.error = result.error;
      return;
    }
    this.list = result.data;
    this.error = null;
    const open = result.data.filter(({ state }) => state === "open").map(({ id }) => id);
    const known = this.#known;
    this.#known = open;
    const fresh = known === null ? open : open.filter((id) => !known.includes(id));
    if (fresh.length > 0) {
      this.onfresh?.(fresh.length);
    }
  }

  /** Whether an answer lacks the word of the person that nothing of elsewhere is in it. */
  needsDespite({ id, readElsewhere }: ProposalView): boolean {
    return readElsewhere.length > 0 && !this.despite.has(id);
  }

  /** Says yes to what is shown; answers why not, if so. */
  async approve(proposal: ProposalView, forAnHour: boolean): Promise<CommandError | null> {
    const { hash, id } = proposal;
    const how = { forAnHour, despiteReadingElsewhere: this.despite.has(id) };
    return this.#done(await this.#backend.approveProposal(id, hash, how));
  }

  async refuse({ id }: ProposalView, note: string): Promise<CommandError | null> {
    const said = note.trim();
    return this.#done(await this.#backend.refuseProposal(id, said === "" ? null : said));
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.#asked += 1;
    this.#known = null;
    this.despite.clear();
    this.list = null;
    this.error = null;
  }

  async #done(result: Answer<unknown>): Promise<CommandError | null> {
    await this.load();
    return result.status === "error" ? result.error : null;
  }
}
