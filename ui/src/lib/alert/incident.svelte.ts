import type {
  AlertId,
  Backend,
  CaseDraft,
  CommandError,
  IncidentCase,
  SourceId,
} from "$lib/backend/backend";

/** A case of the incident before it is created. */
export type IncidentDraft = {
  source: SourceId;
  place: string;
  ids: readonly AlertId[];
  draft: CaseDraft;
  title: string;
};

/** One incident that spans sources: a case in each. */
export class IncidentState {
  readonly #backend: Backend;
  parts = $state<IncidentDraft[]>([]);
  busy = $state(false);
  tried = $state(false);
  error = $state.raw<CommandError | null>(null);
  done = $state.raw<readonly IncidentCase[] | null>(null);

  constructor(backend: Backend, parts: IncidentDraft[]) {
    this.#backend = backend;
    this.parts = parts;
  }

  async create(): Promise<void> {
    this.tried = true;
    if (this.busy || this.parts.some(({ title }) => title.trim() === "")) {
      return;
    }
    this.busy = true;
    this.error = null;
    const result = await this.#backend.openIncident(
      this.parts.map(({ draft, ids, source, title }) => ({
        source: { ...source },
        ids: [...ids],
        form: {
          title,
          description: draft.description,
          tags: [...draft.tags],
          severity: draft.severity,
          assignees: [],
          category: null,
          syncAlerts: true,
          customFields: [],
        },
      })),
    );
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.done = result.data;
    }
  }

  /** Links what was not in Kibana in time. */
  async link(): Promise<void> {
    if (this.done === null || this.busy) {
      return;
    }
    this.busy = true;
    const { done } = this;
    const result = await this.#backend.linkCases(done.map((one) => one.case));
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.done = done.map((one, at) => ({ ...one, linked: result.data[at] ?? false }));
    }
  }
}
