import type { Backend, CaseDetail, CaseRow } from "$lib/backend/backend";
import { sameCase } from "./case";

/** A key that was held for longer than this closes what it opened when it is let go. */
const HELD = 400;

/** A look at the case with the focus, beside its card, that opens nothing and counts as no reading. */
export class PeekState {
  readonly #backend: Backend;
  #asked = 0;
  #since: number | null = null;
  open = $state(false);
  detail = $state.raw<CaseDetail | null>(null);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  toggle(): void {
    this.open = !this.open;
    this.#since = this.open ? performance.now() : null;
  }

  /** The key that opened it is let go. */
  letGo(): void {
    const held = this.#since === null ? 0 : performance.now() - this.#since;
    this.#since = null;
    if (held > HELD) {
      this.close();
    }
  }

  close(): void {
    this.#asked += 1;
    this.open = false;
    this.#since = null;
    this.detail = null;
  }

  /** Asks for a case; what was shown of another goes. */
  async show({ case: ref }: CaseRow): Promise<void> {
    if (this.detail !== null && !sameCase(this.detail.row.case, ref)) {
      this.detail = null;
    }
    const asked = ++this.#asked;
    const result = await this.#backend.openCase(ref);
    if (asked === this.#asked && result.status === "ok") {
      this.detail = result.data; // An older answer never replaces a newer one.
    }
  }
}
