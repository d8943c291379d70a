import type { Backend, CaseDetail, CommandError, EntryView } from "$lib/backend/backend";

/** A case on its way to be closed, with the comment that may come with that. */
export class ClosingState {
  readonly #backend: Backend;
  readonly detail: CaseDetail;
  /** What had the keyboard before. */
  readonly held: HTMLElement | null;
  comment = $state("");
  sending = $state(false);
  error = $state.raw<CommandError | null>(null);
  /** The closing, once it is taken in: only the comment is left to be tried again. */
  #closed: EntryView | null = null;

  constructor(backend: Backend, detail: CaseDetail, held: HTMLElement | null) {
    this.#backend = backend;
    this.detail = detail;
    this.held = held;
  }

  /** Writes both; `null` if something was refused, which `error` tells. Empty if the case is closed by now. */
  async send(): Promise<EntryView[] | null> {
    if (this.sending) {
      return null;
    }
    this.sending = true;
    const written = await this.#send();
    this.sending = false;
    return written;
  }

  async #send(): Promise<EntryView[] | null> {
    const { row } = this.detail;
    if (this.#closed === null) {
      const closing = await this.#backend.editCase(row.case, {
        status: "closed",
        seen: { status: row.status },
      });
      if (closing.status === "error") {
        this.error = closing.error;
        return null;
      }
      this.#closed = closing.data;
    }
    const closed = this.#closed === null ? [] : [this.#closed];
    const text = this.comment.trim();
    if (text === "") {
      return closed;
    }
    const commented = await this.#backend.addComment(row.case, text);
    if (commented.status === "error") {
      this.error = commented.error;
      return null;
    }
    return [...closed, commented.data];
  }
}
