import type { Backend, CaseDetail, CaseRef, CommandError } from "$lib/backend/backend";
import { canSend, draftKey } from "./case";

/** What is typed for one case, and what of it is on its way. */
export class Draft {
  #text = $state("");
  readonly #onchange: () => void;
  error = $state.raw<CommandError | null>(null);
  /** Comments handed to the core and not answered yet. */
  sending = $state(0);

  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.#onchange();
  }

  /** Puts a text that was not saved back, before whatever was typed since. */
  restore(text: string, error: CommandError): void {
    this.text = this.text === "" ? text : `${text}\n\n${this.text}`;
    this.error = error;
  }
}

/** Unsent comments of all cases; they outlive the pane that shows them. */
export class DraftsState {
  readonly #backend: Backend;
  /** Made when first asked for, which may be while something is drawn. */
  readonly #drafts: Record<string, Draft> = {};
  /** Counts the changes of all drafts: who asks for a draft that is not there yet hears of it later. */
  #changes = $state(0);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  of(ref: CaseRef): Draft {
    return (this.#drafts[draftKey(ref)] ??= new Draft(() => {
      this.#changes += 1;
    }));
  }

  /** Whether something is typed for a case. */
  has(ref: CaseRef): boolean {
    return this.#changes > 0 && (this.#drafts[draftKey(ref)]?.text ?? "") !== "";
  }

  /** Sends what is typed. On failure the text is back in its place, with the reason. */
  async send(ref: CaseRef): Promise<CaseDetail | null> {
    const draft = this.of(ref);
    const text = draft.text;
    if (!canSend(text)) {
      return null;
    }
    draft.text = "";
    draft.error = null;
    draft.sending += 1;
    const result = await this.#backend.addComment(ref, text);
    draft.sending -= 1;
    if (result.status === "error") {
      draft.restore(text, result.error);
      return null;
    }
    return result.data;
  }
}
