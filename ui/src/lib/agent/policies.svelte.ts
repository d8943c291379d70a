import type {
  AgentPolicies,
  Answer,
  Backend,
  CommandError,
  SourceId,
  WriteClass,
} from "$lib/backend/backend";
import type { Rule } from "./agent";

/** What agents may write, and how it is marked. */
export class PoliciesState {
  readonly #backend: Backend;
  #asked = 0;
  view = $state.raw<AgentPolicies | null>(null);
  /** Why it could not be read, or not be changed. */
  error = $state.raw<CommandError | null>(null);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    await this.#take(() => this.#backend.agentPolicies());
  }

  async set(source: SourceId, kind: WriteClass, rule: Rule): Promise<void> {
    const policy = rule === "refuse" ? null : rule;
    await this.#take(() => this.#backend.setAgentPolicy(source, kind, policy));
  }

  async mark(marks: boolean): Promise<void> {
    await this.#take(() => this.#backend.setMarksComments(marks));
  }

  async #take(ask: () => Promise<Answer<AgentPolicies>>): Promise<void> {
    const asked = ++this.#asked;
    const result = await ask();
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "ok") {
      this.view = result.data;
      this.error = null;
    } else {
      this.error = result.error;
    }
  }
}
