import { SvelteMap } from "svelte/reactivity";
import type {
  Backend,
  CaseRights,
  CommandError,
  DeploymentId,
  DeploymentTest,
} from "$lib/backend/backend";

/** What is known of one deployment besides what is always told: its test and its role. */
export type Tested = {
  busy: boolean;
  /** The newest test that ended. */
  test: DeploymentTest | null;
  error: CommandError | null;
};

const UNTESTED: Tested = { busy: false, test: null, error: null };

/** The tests of deployments in this run, and the roles that were asked for. */
export class DeploymentTestsState {
  readonly #backend: Backend;
  readonly #tested = new SvelteMap<DeploymentId, Tested>();
  readonly roles = new SvelteMap<DeploymentId, string>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  of(id: DeploymentId): Tested {
    return this.#tested.get(id) ?? UNTESTED;
  }

  /** What the key may do in a space, if a test told. */
  rightsIn(id: DeploymentId, space: string): CaseRights | null {
    const spaces = this.of(id).test?.spaces ?? [];
    return spaces.find((one) => one.space === space)?.rights ?? null;
  }

  async run(id: DeploymentId): Promise<void> {
    if (this.of(id).busy) {
      return;
    }
    this.#tested.set(id, { ...this.of(id), busy: true, error: null });
    const result = await this.#backend.testDeployment(id);
    this.#tested.set(
      id,
      result.status === "ok"
        ? { busy: false, test: result.data, error: null }
        : { ...this.of(id), busy: false, error: result.error },
    );
  }

  async loadRole(id: DeploymentId): Promise<CommandError | null> {
    const result = await this.#backend.minimalRole(id);
    if (result.status === "error") {
      return result.error;
    }
    this.roles.set(id, result.data);
    return null;
  }

  /** Forgets a deployment whose key is another now. */
  forget(id: DeploymentId): void {
    this.#tested.delete(id);
    this.roles.delete(id);
  }

  clear(): void {
    this.#tested.clear();
    this.roles.clear();
  }
}
