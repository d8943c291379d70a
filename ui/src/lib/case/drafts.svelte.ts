import type { Backend, CaseRef, CommandError, EntryView } from "$lib/backend/backend";
import { canSend, draftKey } from "./case";

/** How long typing rests before it is kept on disk. */
const KEEP_AFTER = 500;

/** What is typed for one case. The core keeps it, so that it outlives the window. */
export class Draft {
  readonly #backend: Backend;
  readonly #ref: CaseRef;
  readonly #onchange: () => void;
  #text = $state("");
  /** What the core is known to hold; `null` until it was read. */
  #kept: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Readings and writings of this draft, one after the other. */
  #work: Promise<void> = Promise.resolve();
  error = $state.raw<CommandError | null>(null);
  /** Why the core does not hold what is typed. */
  unkept = $state.raw<CommandError | null>(null);
  /** Whether it is handed to the core and not answered yet. */
  sending = $state(false);

  constructor(backend: Backend, ref: CaseRef, onchange: () => void) {
    this.#backend = backend;
    this.#ref = ref;
    this.#onchange = onchange;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#show(text);
    if (this.#timer === null && !this.sending) {
      this.#timer = setTimeout(() => void this.keep(), KEEP_AFTER);
    }
  }

  /** Puts a text before whatever was typed since. */
  restore(text: string): void {
    this.text = joined(text, this.#text);
  }

  /** Reads what the core keeps, once. */
  load(): Promise<void> {
    return this.#next(() => this.#read());
  }

  /** Hands to the core what it does not hold yet. */
  keep(): Promise<void> {
    this.#stop();
    return this.#next(async () => {
      // Nothing is written over a text that was not read yet.
      await this.#read();
      const text = this.#text;
      if (this.#kept === null || this.#kept === text || this.sending) {
        return;
      }
      const result = await this.#backend.putDraft(this.#ref, text);
      if (result.status === "ok") {
        this.#kept = text;
        this.unkept = null;
      } else {
        this.unkept = result.error;
      }
    });
  }

  /** Sends what is typed; it goes from here only once the core has it for good. */
  async send(): Promise<EntryView | null> {
    const text = this.#text;
    if (!canSend(text) || this.sending) {
      return null;
    }
    this.sending = true;
    this.error = null;
    this.#stop();
    // A draft on its way would come back to life after the comment threw it away.
    await this.#work;
    const result = await this.#backend.addComment(this.#ref, text);
    this.sending = false;
    if (result.status === "error") {
      this.error = result.error;
      this.text = this.#text;
      return null;
    }
    this.#kept = "";
    this.unkept = null;
    this.text = without(this.#text, text);
    return result.data;
  }

  async #read(): Promise<void> {
    if (this.#kept !== null) {
      return;
    }
    const result = await this.#backend.draft(this.#ref);
    if (result.status === "error") {
      this.unkept = this.#text === "" ? null : result.error;
      return;
    }
    this.#kept = result.data ?? "";
    // What was typed meanwhile stays, and so does what was there before.
    if (this.#kept !== "" && !this.#text.startsWith(this.#kept)) {
      this.#show(joined(this.#kept, this.#text));
    }
  }

  #show(text: string): void {
    this.#text = text;
    this.#onchange();
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work);
    return this.#work;
  }

  #stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
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
    return (this.#drafts[draftKey(ref)] ??= new Draft(this.#backend, ref, () => {
      this.#changes += 1;
    }));
  }

  /** Whether something is typed for a case. */
  has(ref: CaseRef): boolean {
    return this.#changes > 0 && (this.#drafts[draftKey(ref)]?.text ?? "") !== "";
  }

  /** Hands everything that is typed to the core, before the window goes or its profile does. */
  async keepAll(): Promise<void> {
    await Promise.all(Object.values(this.#drafts).map((draft) => draft.keep()));
  }
}

/** What is left of `text` once `sent` is gone: what was typed behind it, or what stands before it. */
function without(text: string, sent: string): string {
  if (text.startsWith(sent)) {
    return text.slice(sent.length);
  }
  return text.endsWith(sent) ? text.slice(0, -sent.length).trimEnd() : text;
}

function joined(before: string, after: string): string {
  return before === "" || after === "" ? before + after : `${before}\n\n${after}`;
}
