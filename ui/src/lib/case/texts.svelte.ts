import type { CommandError } from "$lib/backend/backend";

/** A text of a case that is being changed: the description, or a comment. */
export class EditedText {
  /** What the person began with. */
  readonly base: string;
  text = $state("");
  saving = $state(false);
  error = $state.raw<CommandError | null>(null);

  constructor(base: string) {
    this.base = base;
    this.text = base;
  }

  get changed(): boolean {
    return this.text !== this.base;
  }

  /** Saves it; tells whether it is kept. A refused text stays as it is, with the reason. */
  async save(work: (text: string) => Promise<CommandError | null>): Promise<boolean> {
    if (this.saving) {
      return false;
    }
    this.saving = true;
    this.error = await work(this.text);
    this.saving = false;
    return this.error === null;
  }
}

/** Texts that are being changed, by what they are; they outlive the pane that shows them. */
export class EditedTextsState {
  #texts = $state.raw<Readonly<Record<string, EditedText>>>({});

  of(key: string): EditedText | null {
    return this.#texts[key] ?? null;
  }

  begin(key: string, base: string): void {
    if (!(key in this.#texts)) {
      this.#texts = { ...this.#texts, [key]: new EditedText(base) };
    }
  }

  end(key: string): void {
    this.#texts = Object.fromEntries(
      Object.entries(this.#texts).filter(([other]) => other !== key),
    );
  }
}
