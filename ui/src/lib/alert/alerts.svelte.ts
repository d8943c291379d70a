import type {
  AlertDetail,
  AlertId,
  AlertSearch,
  Backend,
  CommandError,
  EntryView,
  NewAlertStatus,
  SourceId,
} from "$lib/backend/backend";

export const ALERT_STATUSES: readonly NewAlertStatus[] = ["open", "acknowledged", "closed"];

/** Alerts by themselves: found anywhere, and one of them in full. */
export class AlertsState {
  readonly #backend: Backend;
  #asked = 0;
  text = $state("");
  search = $state.raw<AlertSearch | null>(null);
  /** The alert that is shown in full. */
  shown = $state.raw<{ source: SourceId; id: AlertId } | null>(null);
  detail = $state.raw<AlertDetail | null>(null);
  busy = $state(false);
  error = $state.raw<CommandError | null>(null);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async find(text: string): Promise<void> {
    this.text = text;
    const asked = ++this.#asked;
    this.shown = null;
    this.detail = null;
    this.busy = true;
    this.error = null;
    const result = await this.#backend.searchAlerts(text);
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.search = result.data;
    }
  }

  async show(source: SourceId, id: AlertId): Promise<void> {
    this.shown = { source, id };
    this.detail = null;
    await this.refresh();
  }

  /** Reads the shown alert again; what is there stays until then. */
  async refresh(): Promise<void> {
    if (this.shown === null) {
      return;
    }
    const { id, source } = this.shown;
    const asked = ++this.#asked;
    this.busy = true;
    this.error = null;
    const result = await this.#backend.alertDetail(source, id);
    if (asked !== this.#asked) {
      return;
    }
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
    } else {
      this.detail = result.data;
    }
  }

  back(): void {
    this.#asked += 1;
    this.shown = null;
    this.detail = null;
    this.busy = false;
    this.error = null;
  }

  /** Gives the shown alert another status, by way of a case that holds it. */
  async set(status: NewAlertStatus): Promise<EntryView | null> {
    const [holder] = this.detail?.cases ?? [];
    if (this.detail === null || holder === undefined) {
      return null;
    }
    const result = await this.#backend.setAlertStatus(holder.row.case, [this.detail.id], status);
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    return result.data;
  }
}
