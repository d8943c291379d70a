import type {
  Backend,
  CaseRights,
  CommandError,
  DeploymentView,
  SourceId,
} from "$lib/backend/backend";
import { sourceHues, sourceKey, sourceProblems, sourceRights } from "./deployment";

/** What a key may be kept from doing with cases that are there. */
export type Right = Extract<keyof CaseRights, "write" | "assign" | "comment" | "delete">;

/** The deployments of the open profile, with their spaces. */
export class DeploymentsState {
  readonly #backend: Backend;
  #asked = 0;
  list = $state.raw<readonly DeploymentView[] | null>(null);
  error = $state.raw<CommandError | null>(null);

  readonly shownSpaces = $derived(
    (this.list ?? []).flatMap(({ spaces }) => spaces.filter(({ shown }) => shown)),
  );
  readonly problems = $derived(sourceProblems(this.list ?? []));
  readonly hues = $derived(sourceHues(this.list ?? []));
  readonly #rights = $derived(sourceRights(this.list ?? []));
  readonly firstReading = $derived(this.shownSpaces.filter(({ sync }) => sync.state === "first"));

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    this.#take(asked, await this.#backend.deployments());
  }

  /** Whether the key is known not to have a right in a source: one that has no `write` there is read-only. */
  forbids(source: SourceId, right: Right): boolean {
    return this.#rights.get(sourceKey(source))?.[right] === false;
  }

  /** Takes a space into use or out of it; answers why not, if so. */
  async setShown(source: SourceId, shown: boolean): Promise<CommandError | null> {
    const asked = ++this.#asked;
    const result = await this.#backend.setSpaceShown(source, shown);
    if (result.status === "error") {
      return result.error;
    }
    this.#take(asked, result);
    return null;
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.#asked += 1;
    this.list = null;
    this.error = null;
  }

  #take(asked: number, result: Awaited<ReturnType<Backend["deployments"]>>): void {
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "ok") {
      this.list = result.data;
      this.error = null;
    } else {
      this.error = result.error;
    }
  }
}
