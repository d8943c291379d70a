import { createContext } from "svelte";
import { ApprovalsState } from "$lib/agent/approvals.svelte";
import { AttachState } from "$lib/alert/attach.svelte";
import type { AlertsState } from "$lib/alert/alerts.svelte";
import { DropsState } from "$lib/alert/drops.svelte";
import type { IncidentState } from "$lib/alert/incident.svelte";
import { TrayState } from "$lib/alert/tray.svelte";
import { AppState } from "$lib/app/app.svelte";
import type {
  AlertId,
  Backend,
  CaseRow,
  DeploymentView,
  EntryView,
  ProposalView,
} from "$lib/backend/backend";
import { BoardState } from "$lib/board/board.svelte";
import { ListState } from "$lib/board/list.svelte";
import { SelectionState } from "$lib/board/selection.svelte";
import type { BulkState } from "$lib/case/bulk.svelte";
import { OpenCaseState } from "$lib/case/case.svelte";
import type { ClosingState } from "$lib/case/closing.svelte";
import type { PickState } from "$lib/case/edit.svelte";
import { NewCaseState } from "$lib/case/newcase.svelte";
import { EditedTextsState } from "$lib/case/texts.svelte";
import { PeekState } from "$lib/case/peek.svelte";
import { DraftsState } from "$lib/case/drafts.svelte";
import { ConnectState } from "$lib/deployment/connect.svelte";
import type { PaletteState } from "$lib/palette/palette.svelte";
import { DeploymentsState } from "$lib/deployment/deployments.svelte";
import { DeploymentTestsState } from "$lib/deployment/tests.svelte";
import { BulkRunState } from "$lib/outbox/bulk.svelte";
import { OutboxState } from "$lib/outbox/outbox.svelte";
import { ResultsState } from "$lib/search/results.svelte";
import { quoted } from "$lib/search/search";
import { SearchState } from "$lib/search/search.svelte";
import { AnnouncerState } from "$lib/shared/announcer.svelte";
import { ClockState } from "$lib/shared/clock.svelte";
import { zoneName } from "$lib/shared/dates";
import type { Action } from "$lib/shared/keys";
import { ToastsState } from "$lib/shared/toasts.svelte";
import { HistoryState } from "./history.svelte";
import { goTo } from "./places";
import type { SettingsSection } from "./settings";

export type Dialog =
  | { kind: "connect"; form: ConnectState }
  | { kind: "removeDeployment"; deployment: DeploymentView }
  | { kind: "refuse"; proposal: ProposalView }
  | { kind: "discard"; entry: EntryView; handle: string }
  | { kind: "newCase" }
  | { kind: "closing"; form: ClosingState }
  | { kind: "conflict"; entry: EntryView; handle: string }
  | { kind: "alerts"; alerts: AlertsState }
  | { kind: "incident"; incident: IncidentState }
  | { kind: "unknown"; row: Pick<CaseRow, "case" | "handle">; ids: readonly AlertId[] }
  | { kind: "keys"; actions: readonly Action[] }
  | { kind: "palette"; palette: PaletteState; held: HTMLElement | null }
  | { kind: "saveView" }
  | { kind: "bulk"; bulk: BulkState }
  | { kind: "bulkReport" };

/** What fills the window beside the sidebar and the open case. */
export type Screen = CasesName | "tray" | "approvals" | "outbox" | "deployments" | "settings";

/** The screens that show cases. */
export type CasesName = "board" | "list";

/** What floats over the window: menus, dialogs, the sidebar in a narrow window. */
export class ShellState {
  readonly #backend: Backend;
  statusMenu = $state.raw<{ row: CaseRow; anchor: HTMLElement } | null>(null);
  /** The list of values of a field that floats. */
  pick = $state.raw<PickState | null>(null);
  cardMenu = $state.raw<{ row: CaseRow; anchor: HTMLElement } | null>(null);
  dialog = $state.raw<Dialog | null>(null);
  screen = $state<Screen>("board");
  /** Which of the screens that show cases is there, or was there last. */
  cases = $state<CasesName>("board");
  /** The first key of two that stand for one thing, until the second comes. */
  chord = $state<string | null>(null);
  /** What was typed into the connect dialog stays when it is closed. */
  #connect: ConnectState | null = null;
  /** Whether the sidebar lies over a window that is too narrow for it. */
  sidebarOver = $state(false);
  /** The part of the settings that is shown. */
  settings = $state<SettingsSection>("look");
  /** How many fields are on their way to take what is typed. */
  #coming = 0;
  /** Everything that can be done, with the keys it comes with. */
  declared: readonly Action[] = [];
  /** The same with the keys that were chosen, for whoever offers it. */
  actions = $state.raw<readonly Action[]>([]);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The key of an action as it is now, to be shown where the action is offered. */
  keyOf(id: string): string | undefined {
    return this.actions.find((action) => action.id === id)?.shortcut[0];
  }

  /** Whether a field that was asked for is not there yet: what is typed meanwhile is meant for it, and is no key. */
  get fieldComes(): boolean {
    return this.#coming > 0;
  }

  async untilThere<T>(coming: Promise<T>): Promise<T> {
    this.#coming += 1;
    try {
      return await coming;
    } finally {
      this.#coming -= 1;
    }
  }

  connect(): void {
    this.#connect ??= new ConnectState(this.#backend);
    this.dialog = { kind: "connect", form: this.#connect };
  }

  connected(): void {
    this.#connect = null;
    this.dialog = null;
  }
}

/** The state of the whole window, made once by its root and handed to the views by context. */
export type Parts = {
  backend: Backend;
  app: AppState;
  search: SearchState;
  results: ResultsState;
  board: BoardState;
  list: ListState;
  selection: SelectionState;
  bulkRun: BulkRunState;
  openCase: OpenCaseState;
  peek: PeekState;
  drafts: DraftsState;
  texts: EditedTextsState;
  newCase: NewCaseState;
  attach: AttachState;
  tray: TrayState;
  drops: DropsState;
  outbox: OutboxState;
  deployments: DeploymentsState;
  tests: DeploymentTestsState;
  approvals: ApprovalsState;
  announcer: AnnouncerState;
  toasts: ToastsState;
  clock: ClockState;
  shell: ShellState;
  history: HistoryState;
};

export function createParts(backend: Backend): Parts {
  const app = new AppState(backend);
  const search = new SearchState(backend, () => zoneName(app.preferences.zone));
  const query = () => search.query;
  const parts: Parts = {
    backend,
    app,
    search,
    results: new ResultsState(backend),
    board: new BoardState(backend, query),
    list: new ListState(backend, query),
    selection: new SelectionState(),
    bulkRun: new BulkRunState(),
    openCase: new OpenCaseState(backend),
    peek: new PeekState(backend),
    drafts: new DraftsState(backend),
    texts: new EditedTextsState(),
    newCase: new NewCaseState(backend),
    attach: new AttachState(backend),
    tray: new TrayState(
      backend,
      () => Date.now(),
      (name) => `source:${quoted(name.replace(" / ", "/"))}`,
    ),
    drops: new DropsState(),
    outbox: new OutboxState(backend),
    deployments: new DeploymentsState(backend),
    tests: new DeploymentTestsState(backend),
    approvals: new ApprovalsState(backend),
    announcer: new AnnouncerState(),
    toasts: new ToastsState(),
    clock: new ClockState(),
    shell: new ShellState(backend),
    history: new HistoryState((place) => goTo(parts, place)),
  };
  return parts;
}

export const [getParts, setParts] = createContext<Parts>();
