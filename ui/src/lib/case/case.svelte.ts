import type { Backend, CaseDetail, CaseRef, CaseRow, CommandError } from "$lib/backend/backend";
import { painted } from "$lib/shared/painted";
import { sameCase } from "./case";
import { OptionsState } from "./options.svelte";
import { newestOf } from "./story";

export const CASE_TABS = ["story", "timeline", "alerts"] as const;
export type CaseTab = (typeof CASE_TABS)[number];

/** The case that is open in the pane. */
export class OpenCaseState {
  readonly #backend: Backend;
  #asked = 0;
  open = $state.raw<CaseRef | null>(null);
  /** What its card tells: it may be there before the rest of the case is. */
  row = $state.raw<CaseRow | null>(null);
  detail = $state.raw<CaseDetail | null>(null);
  error = $state.raw<CommandError | null>(null);
  /** The case the pane shows again when it was hidden. */
  last = $state.raw<CaseRef | null>(null);
  /** Counts the wishes to have the composer focused. */
  composes = $state(0);
  tab = $state<CaseTab>("story");
  /** Whether the story begins with its newest entry; remembered while the window is open. */
  newestFirst = $state(false);
  /** Whether it fills the window beside the sidebar. */
  page = $state(false);
  /** When somebody had looked at it before it was opened now. */
  lookedAt = $state.raw<string | null>(null);
  /** What its fields can be given. */
  readonly options: OptionsState;
  /** Until when the core knows that somebody looked; `null` before the story was shown. */
  #looked: string | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.options = new OptionsState(backend);
  }

  /** `row` is what is known of it already. */
  async show(ref: CaseRef, row: CaseRow | null = null): Promise<void> {
    if (!sameCase(this.open, ref)) {
      this.row = row;
      this.detail = null;
      this.error = null;
      this.tab = "story";
      this.lookedAt = null;
      this.#looked = null;
      this.composes = 0;
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
    if (result.status === "error") {
      this.error = result.error;
      return;
    }
    const first = this.detail === null;
    if (first && this.row !== null) {
      // The head alone is on screen much sooner than all of the case would be.
      await painted();
      if (asked !== this.#asked) {
        return;
      }
    }
    this.detail = result.data;
    this.row = result.data.row;
    this.error = null;
    if (first) {
      const { case: read, deploymentName, owner } = result.data.row;
      void this.options.load(read.source, deploymentName, owner);
    }
    this.#look(ref, result.data);
  }

  /** Notes that somebody looks at the story as it is now. */
  #look(ref: CaseRef, { activity, history, lookedAt, row }: CaseDetail): void {
    if (activity === null || history === null) {
      return; // Nobody sees what was not read yet.
    }
    if (this.#looked === null) {
      this.lookedAt = lookedAt;
    }
    const newest = later(newestOf(activity, history), row.changedAt);
    if (newest !== this.#looked) {
      this.#looked = newest;
      void this.#backend.lookAt(ref, newest);
    }
  }

  compose(): void {
    this.composes += 1;
  }

  close(): void {
    this.#asked += 1;
    this.page = false;
    this.open = null;
    this.row = null;
    this.detail = null;
    this.error = null;
  }

  /** Forgets everything, for another profile. */
  clear(): void {
    this.close();
    this.last = null;
  }
}

/** The later of two times; what only touched the case, and stands in no story, was seen with it. */
function later(told: string | null, changed: string): string {
  return told !== null && Date.parse(told) >= Date.parse(changed) ? told : changed;
}
