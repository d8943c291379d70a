import type { Backend, CaseDetail, CaseRef, CommandError } from "$lib/backend/backend";
import { sameCase } from "./case";

/** The case that is open in the pane. */
export class OpenCaseState {
  readonly #backend: Backend;
  #asked = 0;
  open = $state.raw<CaseRef | null>(null);
  detail = $state.raw<CaseDetail | null>(null);
  error = $state.raw<CommandError | null>(null);
  /** The case the pane shows again when it was hidden. */
  last = $state.raw<CaseRef | null>(null);
  /** Counts the wishes to have the composer focused. */
  composes = $state(0);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async show(ref: CaseRef): Promise<void> {
    if (!sameCase(this.open, ref)) {
      this.detail = null;
      this.error = null;
    }
    this.open = ref;
    this.last = ref;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const ref = this.open;
    if (ref === null) {
      return;
    }
    const asked = ++this.#asked;
    const result = await this.#backend.openCase(ref);
    if (asked !== this.#asked || !sameCase(this.open, ref)) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "ok") {
      this.detail = result.data;
      this.error = null;
    } else {
      this.error = result.error;
    }
  }

  compose(): void {
    this.composes += 1;
  }

  close(): void {
    this.#asked += 1;
    this.open = null;
    this.detail = null;
    this.error = null;
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.close();
    this.last = null;
  }
}
