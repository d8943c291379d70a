import type { CommandError, ErrorCode } from "$lib/backend/backend";
import type { ErrorContext, Explanation } from "$lib/backend/errors";

const HINT_FOR = 8000;
const UNDO_FOR = 10_000;

export type ToastAction = { label: string; title?: string; run: () => void };

export type Toast = {
  id: number;
  /** What it is about, such as a handle. */
  subject: string;
  says:
    | { error: CommandError; context: ErrorContext }
    | { told: Explanation; code: ErrorCode | null }
    | { hint: string; countdown?: () => string };
  action: ToastAction | null;
  /** A toast takes the place of an older one with the same key. */
  key: string | null;
};

/** Problems and hints that have no better place. Problems stay until dismissed. */
export class ToastsState {
  list = $state.raw<readonly Toast[]>([]);
  #next = 0;
  /** When those that leave by themselves do. */
  readonly #leaving: Record<number, { after: number; timer: ReturnType<typeof setTimeout> }> = {};

  problem(subject: string, error: CommandError, context: ErrorContext): void {
    this.#add({ subject, says: { error, context }, action: null, key: null });
  }

  /** A problem in words of its own, with something to do about it. */
  told(
    subject: string,
    told: Explanation,
    { action, code, key }: { action: ToastAction; code: ErrorCode | null; key: string },
  ): void {
    this.#add({ subject, says: { told, code }, action, key });
  }

  /** Something to know that is no failure; it leaves by itself. */
  hint(subject: string, hint: string): void {
    this.#leave(this.#add({ subject, says: { hint }, action: null, key: null }), HINT_FOR);
  }

  /** What was just done, with a way to take it back; only the newest is offered. */
  undoable(
    subject: string,
    hint: string,
    { action, countdown, key }: { action: ToastAction; countdown: () => string; key: string },
  ): void {
    for (const older of this.list.filter(({ says }) => "countdown" in says)) {
      this.dismiss(older.id);
    }
    this.#leave(this.#add({ subject, says: { hint, countdown }, action, key }), UNDO_FOR);
  }

  dismiss(id: number): void {
    this.stay(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  dismissKey(key: string): void {
    for (const toast of this.list.filter((one) => one.key === key)) {
      this.dismiss(toast.id);
    }
  }

  /** Stays for as long as a person is at it. */
  stay(id: number): void {
    clearTimeout(this.#leaving[id]?.timer);
  }

  /** The person has left it: its whole time begins again. */
  goOn(id: number): void {
    const leaving = this.#leaving[id];
    if (leaving !== undefined) {
      this.#leave(id, leaving.after);
    }
  }

  #leave(id: number, after: number): void {
    this.stay(id);
    const timer = setTimeout(() => {
      this.dismiss(id);
    }, after);
    this.#leaving[id] = { after, timer };
  }

  #add(toast: Omit<Toast, "id">): number {
    if (toast.key !== null) {
      this.dismissKey(toast.key);
    }
    this.#next += 1;
    this.list = [...this.list, { ...toast, id: this.#next }];
    return this.#next;
  }
}
