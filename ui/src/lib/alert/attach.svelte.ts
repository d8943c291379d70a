import type { Backend, CaseRef, CommandError, EntryView } from "$lib/backend/backend";
import { isWaiting, settle } from "./alert";
import type { Report } from "./alert";

/** One text that was dropped or pasted on a case. */
export class AttachRun {
  readonly id: number;
  readonly case: CaseRef;
  readonly handle: string;
  readonly title: string;
  /** Kept until the report is closed, so that a failure loses nothing. */
  readonly text: string;
  running = $state(true);
  report = $state.raw<Report | null>(null);
  error = $state.raw<CommandError | null>(null);

  constructor(id: number, target: AttachTarget, text: string) {
    this.id = id;
    this.case = target.case;
    this.handle = target.handle;
    this.title = target.title;
    this.text = text;
  }
}

export type AttachTarget = { case: CaseRef; handle: string; title: string };

/** Reports on what was dropped or pasted, newest first. */
export class AttachState {
  readonly #backend: Backend;
  runs = $state.raw<readonly AttachRun[]>([]);
  #next = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async start(target: AttachTarget, text: string): Promise<AttachRun> {
    this.#next += 1;
    const run = new AttachRun(this.#next, target, text);
    this.runs = [run, ...this.runs];
    await this.#attach(run);
    return run;
  }

  async retry(run: AttachRun): Promise<void> {
    if (!run.running) {
      await this.#attach(run);
    }
  }

  /** Tells the runs what became of the entries that they wait for. */
  follow(entries: readonly EntryView[]): void {
    for (const run of this.runs) {
      if (run.report !== null && isWaiting(run.report)) {
        run.report = settle(run.report, entries);
      }
    }
  }

  close(run: AttachRun): void {
    this.runs = this.runs.filter(({ id }) => id !== run.id);
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.runs = [];
  }

  async #attach(run: AttachRun): Promise<void> {
    run.running = true;
    run.error = null;
    const result = await this.#backend.attachAlerts(run.case, run.text);
    run.running = false;
    if (result.status === "ok") {
      run.report = result.data;
    } else {
      run.error = result.error;
    }
  }
}
