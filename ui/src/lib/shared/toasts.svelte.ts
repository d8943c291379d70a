import type { CommandError } from "$lib/backend/backend";
import type { ErrorContext } from "$lib/backend/errors";

const HINT_FOR = 8000;

export type Toast = {
  id: number;
  /** What it is about, such as a handle. */
  subject: string;
  says: { error: CommandError; context: ErrorContext } | { hint: string };
};

/** Problems and hints that have no better place. Problems stay until dismissed. */
export class ToastsState {
  list = $state.raw<readonly Toast[]>([]);
  #next = 0;

  problem(subject: string, error: CommandError, context: ErrorContext): void {
    this.#add(subject, { error, context });
  }

  /** Something to know that is no failure; it leaves by itself. */
  hint(subject: string, hint: string): void {
    const id = this.#add(subject, { hint });
    setTimeout(() => {
      this.dismiss(id);
    }, HINT_FOR);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(subject: string, says: Toast["says"]): number {
    this.#next += 1;
    this.list = [...this.list, { id: this.#next, subject, says }];
    return this.#next;
  }
}
