import type {
  AgentPolicies,
  AlertDetail,
  AlertId,
  AlertSearch,
  Answer,
  AppInfo,
  Approval,
  Assignable,
  AttachReport,
  Attention,
  Backend,
  BackendEvent,
  Board,
  BoardQuery,
  BoardRows,
  BoardWindow,
  BulkEdit,
  CaseDetail,
  CaseEdit,
  CaseForm,
  CaseRights,
  CaseRef,
  CaseRow,
  Chip,
  CommandError,
  DeploymentTest,
  DeploymentView,
  Dropped,
  EntryId,
  EntryView,
  FoundId,
  Grouping,
  Groups,
  IncidentCase,
  IncidentPart,
  ListPart,
  Markdown,
  NewAlertStatus,
  NewCaseDraft,
  NewCaseForm,
  NewDeployment,
  OutboxView,
  Policy,
  Preferences,
  Profile,
  ProposalView,
  ResolvedAlert,
  Searched,
  SearchField,
  SearchView,
  SeverityCounts,
  SourceId,
  StorageView,
  Suggestions,
  Tray,
  WriteClass,
} from "./backend";
import { attachText } from "./fake-attach";
import { CASE_FORM, parse } from "./fake-edits";
import { commandError } from "./fake-error";
import { FakeAgents, ROLE, makeTest } from "./fake-office";
import { FakeOutbox, NotNow } from "./fake-outbox";
import {
  SEARCH_FIELDS,
  found,
  groupRows,
  listRows,
  matches,
  readChips,
  writeChips,
} from "./fake-search";
import type { SearchFixture } from "./fake-search";
import { FakeTray } from "./fake-tray";
import { DEFAULTS } from "$lib/app/preferences";
import { EVERY_RIGHT, PRACTICE, makeWorld, uidOf } from "./fixtures";
import type { World } from "./fixtures";

export { commandError } from "./fake-error";

type Command = Exclude<keyof Backend, "listen">;

export type FakeOptions = {
  profile?: Profile;
  now?: number;
  /** Cases beside the told ones, to fill columns. */
  nExtra?: number;
  preferences?: Partial<Preferences>;
  /** Whether the practice profile has no cases. */
  empty?: boolean;
};

const KNOWN_STATUSES = ["open", "in-progress", "closed"];
const RANKS = ["critical", "high", "medium", "low"];

/** The port to the core, in memory. Calls can be made to fail or to wait. */
export class FakeBackend implements Backend {
  readonly now: number;
  readonly world: World;
  /** Every call in order, as `name` with its arguments. */
  readonly calls: { command: Command; args: unknown[] }[] = [];
  /** What was written, and where it stands. */
  readonly entries: FakeOutbox;
  /** Alerts that wait for a case. */
  readonly trayed: FakeTray;
  readonly agents = new FakeAgents();
  /** The key that is typed in the window of keys; `null` if that is closed without one. */
  typedKey: string | null = "bmV3";
  /** What tests of deployments find, by their id. */
  readonly tests = new Map<string, DeploymentTest>();
  /** Links to cases, and the one that the app was started with. */
  readonly links = new Map<string, CaseRef>();
  passed: CaseRef | null = null;
  /** What is kept of what somebody was writing, by case id. */
  readonly drafts = new Map<string, string>();
  /** What is kept of a new case that somebody was writing. */
  newCase: NewCaseDraft | null = null;
  form: CaseForm = CASE_FORM;
  own: DeploymentView[] = [];
  /** What is said of a search, by its text. */
  readonly searches = new Map<string, SearchFixture>();
  info: AppInfo;
  readonly #listeners = new Set<(event: BackendEvent) => void>();
  readonly #failures = new Map<Command, CommandError[]>();
  readonly #holds = new Map<Command, Promise<void>[]>();

  constructor(options: FakeOptions = {}) {
    this.now = options.now ?? Date.now();
    this.world = makeWorld(this.now, options.nExtra ?? 0);
    this.trayed = new FakeTray(this.world, this.now);
    this.entries = new FakeOutbox(this.world, (ref) => {
      this.emit({ kind: "caseChanged", case: ref });
      this.emit({ kind: "outboxChanged" });
    });
    if (options.empty === true) {
      this.world.cases.length = 0;
    }
    this.info = {
      appVersion: "0.1.0",
      profile: options.profile ?? "practice",
      problem: null,
      storage: { state: "onDisk", byChoice: false, problem: null, keptFile: null },
      preferences: { ...DEFAULTS, zone: "utc", ...options.preferences },
    };
  }

  /** Makes the next call of a command fail. */
  fail(command: Command, error: CommandError): void {
    this.#failures.set(command, [...(this.#failures.get(command) ?? []), error]);
  }

  /** Makes the next call of a command wait until the returned function is called. */
  hold(command: Command): () => void {
    const resolvers: (() => void)[] = [];
    const held = new Promise<void>((resolve) => {
      resolvers.push(resolve);
    });
    this.#holds.set(command, [...(this.#holds.get(command) ?? []), held]);
    return () => {
      resolvers.forEach((resolve) => {
        resolve();
      });
    };
  }

  emit(event: BackendEvent): void {
    for (const listener of this.#listeners) {
      listener(event);
    }
  }

  called(command: Command): unknown[][] {
    return this.calls.filter((call) => call.command === command).map(({ args }) => args);
  }

  detail(id: string): CaseDetail {
    const found = this.world.cases.find(({ row }) => row.case.id === id);
    if (found === undefined) {
      throw new Error(`no case ${id} in the fake world`);
    }
    return found;
  }

  listen(listener: (event: BackendEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  appInfo(): Promise<Answer<AppInfo>> {
    return this.#answer("appInfo", [], () => this.info);
  }

  openProfile(profile: Profile): Promise<Answer<AppInfo>> {
    return this.#answer("openProfile", [profile], () => {
      this.info = { ...this.info, profile };
      this.emit({ kind: "profileChanged" });
      return this.info;
    });
  }

  setPreferences(preferences: Preferences): Promise<Answer<null>> {
    return this.#answer("setPreferences", [preferences], () => {
      this.info = { ...this.info, preferences };
      return null;
    });
  }

  boardPainted(): Promise<Answer<null>> {
    return this.#answer("boardPainted", [], () => null);
  }

  board(query: BoardQuery, rows: BoardRows): Promise<Answer<Board>> {
    return this.#answer("board", [query, rows], () => {
      const matching = this.#matching(query);
      const unknown = new Set(
        matching.map(({ status }) => status).filter((status) => !KNOWN_STATUSES.includes(status)),
      );
      const statuses = ["open", "in-progress", ...[...unknown].sort(), "closed"];
      return {
        columns: statuses.map((status) => {
          const own = ofColumn(matching, status);
          const offset = rows.offsets[status] ?? 0;
          return {
            status,
            total: own.length,
            severities: countSeverities(own),
            readOnly: !KNOWN_STATUSES.includes(status),
            rows: own.slice(offset, offset + rows.limit),
          };
        }),
        nCases: matching.length,
        nKnown: this.#matching({ text: "" }).length,
        search: this.#searched(query),
      };
    });
  }

  boardWindow(
    query: BoardQuery,
    column: string,
    offset: number,
    limit: number,
  ): Promise<Answer<BoardWindow>> {
    return this.#answer("boardWindow", [query, column, offset, limit], () => {
      const rows = ofColumn(this.#matching(query), column);
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    });
  }

  list(query: BoardQuery, part: ListPart): Promise<Answer<BoardWindow>> {
    return this.#answer("list", [query, part], () => {
      const rows = listRows(this.#matching(query), part);
      return { total: rows.length, rows: rows.slice(part.offset, part.offset + part.limit) };
    });
  }

  groups(query: BoardQuery, grouping: Grouping, limit: number): Promise<Answer<Groups>> {
    return this.#answer("groups", [query, grouping, limit], () => {
      const groups = groupRows(this.#matching(query), grouping, countSeverities);
      return {
        groups: groups.slice(0, limit),
        nGroups: groups.length,
        search: this.#searched(query),
      };
    });
  }

  readSearch(text: string): Promise<Answer<SearchView>> {
    return this.#answer("readSearch", [text], () => {
      const {
        chips = readChips(text),
        problems = [],
        exact = null,
      } = this.searches.get(text) ?? {};
      return { chips, problems, exact };
    });
  }

  chipsToText(chips: Chip[]): Promise<Answer<string>> {
    return this.#answer("chipsToText", [chips], () => writeChips(chips));
  }

  searchFields(): Promise<Answer<SearchField[]>> {
    return this.#answer("searchFields", [], () => [...SEARCH_FIELDS]);
  }

  openCase(caseRef: CaseRef): Promise<Answer<CaseDetail>> {
    return this.#answer("openCase", [caseRef], () =>
      structuredClone(this.entries.laidOver(this.detail(caseRef.id))),
    );
  }

  addComment(caseRef: CaseRef, text: string): Promise<Answer<EntryView>> {
    return this.#answer("addComment", [caseRef, text], () => {
      this.drafts.delete(caseRef.id);
      return this.entries.addComment(this.detail(caseRef.id), text);
    });
  }

  editCase(caseRef: CaseRef, edit: CaseEdit): Promise<Answer<EntryView | null>> {
    return this.#answer("editCase", [caseRef, edit], () =>
      this.entries.editCase(this.detail(caseRef.id), edit),
    );
  }

  editCases(parts: BulkEdit[]): Promise<Answer<EntryView[]>> {
    return this.#answer("editCases", [parts], () =>
      this.entries.editBulk(parts, (ref) => this.detail(ref.id)),
    );
  }

  createCase(source: SourceId, form: NewCaseForm): Promise<Answer<EntryView>> {
    return this.#answer("createCase", [source, form], () => {
      this.newCase = null;
      const spaces = this.#deployments().flatMap((deployment) => deployment.spaces);
      const space = spaces.find((one) => one.source.space === source.space);
      return this.entries.createCase(source, form, space?.name ?? source.space);
    });
  }

  newCaseDraft(): Promise<Answer<NewCaseDraft | null>> {
    return this.#answer("newCaseDraft", [], () => structuredClone(this.newCase));
  }

  putNewCaseDraft(draft: NewCaseDraft | null): Promise<Answer<null>> {
    return this.#answer("putNewCaseDraft", [draft], () => {
      this.newCase = structuredClone(draft);
      return null;
    });
  }

  editComment(
    caseRef: CaseRef,
    comment: string,
    seen: string,
    text: string,
  ): Promise<Answer<EntryView | null>> {
    return this.#answer("editComment", [caseRef, comment, seen, text], () =>
      seen === text ? null : this.entries.editComment(this.detail(caseRef.id), comment, text),
    );
  }

  deleteAttachment(caseRef: CaseRef, attachment: string): Promise<Answer<EntryView>> {
    return this.#answer("deleteAttachment", [caseRef, attachment], () =>
      this.entries.deleteAttachment(this.detail(caseRef.id), attachment),
    );
  }

  lookAt(caseRef: CaseRef, until: string): Promise<Answer<null>> {
    return this.#answer("lookAt", [caseRef, until], () => {
      const detail = this.detail(caseRef.id);
      detail.lookedAt = until;
      detail.row = { ...detail.row, unread: false };
      this.emit({ kind: "caseChanged", case: caseRef });
      return null;
    });
  }

  pin(caseRef: CaseRef, mark: string, on: boolean): Promise<Answer<null>> {
    return this.#answer("pin", [caseRef, mark, on], () => {
      const detail = this.detail(caseRef.id);
      const others = detail.pinned.filter((other) => other !== mark);
      detail.pinned = on ? [...others, mark] : others;
      this.emit({ kind: "caseChanged", case: caseRef });
      return null;
    });
  }

  caseForm(source: SourceId, owner: string): Promise<Answer<CaseForm>> {
    return this.#answer("caseForm", [source, owner], () => structuredClone(this.form));
  }

  suggestPeople(source: SourceId, owner: string, text: string): Promise<Answer<Assignable[]>> {
    return this.#answer("suggestPeople", [source, owner, text], () =>
      this.world.people.flatMap((person) =>
        person.name?.toLowerCase().startsWith(text.toLowerCase()) === true
          ? [{ uid: uidOf(person), name: person.name, username: uidOf(person).slice(2, -2) }]
          : [],
      ),
    );
  }

  previewMarkdown(text: string): Promise<Answer<Markdown>> {
    return this.#answer("previewMarkdown", [text], () => parse(text));
  }

  draft(caseRef: CaseRef): Promise<Answer<string | null>> {
    return this.#answer("draft", [caseRef], () => this.drafts.get(caseRef.id) ?? null);
  }

  putDraft(caseRef: CaseRef, text: string): Promise<Answer<null>> {
    return this.#answer("putDraft", [caseRef, text], () => {
      this.drafts.set(caseRef.id, text);
      return null;
    });
  }

  outbox(): Promise<Answer<OutboxView>> {
    return this.#answer("outbox", [], () => this.entries.view());
  }

  undoEntry(entry: EntryId): Promise<Answer<EntryView>> {
    return this.#answer("undoEntry", [entry], () => this.entries.undo(entry));
  }

  retryEntry(entry: EntryId): Promise<Answer<EntryView>> {
    return this.#answer("retryEntry", [entry], () => this.entries.retry(entry));
  }

  discardEntry(entry: EntryId): Promise<Answer<EntryView>> {
    return this.#answer("discardEntry", [entry], () => this.entries.discard(entry));
  }

  keepMine(entry: EntryId, fields: string[]): Promise<Answer<EntryView>> {
    return this.#answer("keepMine", [entry, fields], () => this.entries.keepMine(entry, fields));
  }

  attachAlerts(caseRef: CaseRef, text: string): Promise<Answer<AttachReport>> {
    return this.#answer("attachAlerts", [caseRef, text], () => {
      const report = attachText(this.world, this.entries, this.now, this.detail(caseRef.id), text);
      this.emit({ kind: "caseChanged", case: caseRef });
      return report;
    });
  }

  attachIds(caseRef: CaseRef, ids: AlertId[], unknown: boolean): Promise<Answer<AttachReport>> {
    return this.#answer("attachIds", [caseRef, ids, unknown], () => {
      this.entries.arrive(caseRef.id);
      const detail = this.detail(caseRef.id);
      const text = ids.join("\n");
      const report = attachText(this.world, this.entries, this.now, detail, text, unknown);
      this.emit({ kind: "caseChanged", case: caseRef });
      return report;
    });
  }

  detachAlerts(caseRef: CaseRef, ids: AlertId[]): Promise<Answer<EntryView[]>> {
    return this.#answer("detachAlerts", [caseRef, ids], () => [
      this.entries.detach(this.detail(caseRef.id), ids),
    ]);
  }

  readDrop(text: string, column: string | null): Promise<Answer<Dropped>> {
    return this.#answer("readDrop", [text, column], () => this.trayed.read(text, column));
  }

  resolveAlerts(ids: FoundId[], ontold: (alerts: ResolvedAlert[]) => void): Promise<Answer<null>> {
    return this.#answer("resolveAlerts", [ids], () => {
      for (const alert of this.trayed.resolve(ids)) {
        ontold([alert]);
      }
      return null;
    });
  }

  suggestCases(source: SourceId, ids: AlertId[]): Promise<Answer<Suggestions>> {
    return this.#answer("suggestCases", [source, ids], () => this.trayed.suggest(source, ids));
  }

  tray(): Promise<Answer<Tray>> {
    return this.#answer("tray", [], () => structuredClone(this.trayed.kept));
  }

  putTray(tray: Tray): Promise<Answer<null>> {
    return this.#answer("putTray", [tray], () => {
      this.trayed.kept = structuredClone(tray);
      return null;
    });
  }

  alertDetail(source: SourceId, alert: AlertId): Promise<Answer<AlertDetail>> {
    return this.#answer("alertDetail", [source, alert], () => {
      const detail = this.trayed.detail(source, alert);
      if (detail === null) {
        throw new Refused(commandError("not_found"));
      }
      return structuredClone(detail);
    });
  }

  searchAlerts(text: string): Promise<Answer<AlertSearch>> {
    return this.#answer("searchAlerts", [text], () => structuredClone(this.trayed.search(text)));
  }

  setAlertStatus(
    caseRef: CaseRef,
    ids: AlertId[],
    status: NewAlertStatus,
  ): Promise<Answer<EntryView>> {
    return this.#answer("setAlertStatus", [caseRef, ids, status], () =>
      this.entries.setAlertStatus(this.detail(caseRef.id), ids, status, this.world.alerts),
    );
  }

  openIncident(parts: IncidentPart[]): Promise<Answer<IncidentCase[]>> {
    return this.#answer("openIncident", [parts], () =>
      parts.map(({ form, ids, source }): IncidentCase => {
        const entry = this.entries.createCase(source, form, source.space);
        if (!this.entries.down) {
          this.entries.confirm(entry.id);
        }
        const there = this.world.cases.some(({ row }) => row.case.id === entry.case.id);
        const report = there
          ? attachText(
              this.world,
              this.entries,
              this.now,
              this.detail(entry.case.id),
              ids.join("\n"),
            )
          : null;
        const place = `PRACTICE / ${source.space}`;
        return { case: entry.case, place, report, problem: null, linked: there };
      }),
    );
  }

  linkCases(cases: CaseRef[]): Promise<Answer<boolean[]>> {
    return this.#answer("linkCases", [cases], () => cases.map(() => true));
  }

  deployments(): Promise<Answer<DeploymentView[]>> {
    return this.#answer("deployments", [], () => this.#deployments());
  }

  connectDeployment(deployment: NewDeployment): Promise<Answer<DeploymentView | null>> {
    return this.#answer("connectDeployment", [deployment], () => {
      if (this.typedKey === null) {
        return null;
      }
      const id = `own-${this.own.length}`;
      const view: DeploymentView = {
        id,
        name: deployment.name,
        url: new URL(deployment.url).origin,
        kibanaVersion: "9.1.4",
        key: "stored",
        me: "u_maya.lindqvist_0",
        keyMark: { last4: this.typedKey.slice(-4), givenAt: new Date(this.now).toISOString() },
        spaces: [
          {
            source: { deployment: id, space: "default" },
            name: "Default",
            shown: true,
            nActive: 0,
            nCases: 0,
            nDetailed: 0,
            rights: EVERY_RIGHT,
            sync: { state: "following", at: new Date(this.now).toISOString(), problem: null },
          },
        ],
        problem: null,
      };
      this.own = [...this.own, view];
      this.emit({ kind: "deploymentChanged", deployment: id });
      return view;
    });
  }

  replaceKey(deployment: string): Promise<Answer<DeploymentView | null>> {
    return this.#answer("replaceKey", [deployment], () => {
      const { typedKey } = this;
      if (typedKey === null) {
        return null;
      }
      const keyMark = { last4: typedKey.slice(-4), givenAt: new Date(this.now).toISOString() };
      this.change(deployment, (view) => ({ ...view, key: "stored", keyMark, problem: null }));
      return this.#deployment(deployment);
    });
  }

  testDeployment(deployment: string): Promise<Answer<DeploymentTest>> {
    return this.#answer("testDeployment", [deployment], () => {
      const spaces = this.#deployment(deployment).spaces.map(({ source }) => source.space);
      return this.tests.get(deployment) ?? makeTest(spaces);
    });
  }

  minimalRole(deployment: string): Promise<Answer<string>> {
    return this.#answer("minimalRole", [deployment], () => ROLE);
  }

  removeDeployment(deployment: string): Promise<Answer<null>> {
    return this.#answer("removeDeployment", [deployment], () => {
      this.own = this.own.filter(({ id }) => id !== deployment);
      this.emit({ kind: "deploymentChanged", deployment });
      return null;
    });
  }

  proposals(): Promise<Answer<ProposalView[]>> {
    return this.#answer("proposals", [], () => structuredClone(this.agents.proposals));
  }

  approveProposal(proposal: EntryId, hash: string, how: Approval): Promise<Answer<EntryView[]>> {
    return this.#answer("approveProposal", [proposal, hash, how], () => {
      this.agents.approve(proposal, hash, how, this.now);
      this.emit({ kind: "outboxChanged" });
      return [];
    });
  }

  refuseProposal(proposal: EntryId, note: string | null): Promise<Answer<EntryView[]>> {
    return this.#answer("refuseProposal", [proposal, note], () => {
      this.agents.refuse(proposal, note);
      this.emit({ kind: "outboxChanged" });
      return [];
    });
  }

  agentPolicies(): Promise<Answer<AgentPolicies>> {
    return this.#answer("agentPolicies", [], () => this.agents.policies());
  }

  setAgentPolicy(
    source: SourceId,
    kind: WriteClass,
    policy: Policy | null,
  ): Promise<Answer<AgentPolicies>> {
    return this.#answer("setAgentPolicy", [source, kind, policy], () =>
      this.agents.set(source, kind, policy),
    );
  }

  setMarksComments(marks: boolean): Promise<Answer<AgentPolicies>> {
    return this.#answer("setMarksComments", [marks], () => {
      this.agents.marksComments = marks;
      return this.agents.policies();
    });
  }

  openLink(link: string): Promise<Answer<boolean>> {
    return this.#answer("openLink", [link], () => true);
  }

  async linkedCase(link: string): Promise<Answer<CaseRef>> {
    const known = this.links.get(link);
    const answer = await this.#answer("linkedCase", [link], () => known ?? null);
    if (answer.status === "error") {
      return answer;
    }
    return answer.data === null
      ? { status: "error", error: commandError("invalid_input") }
      : { status: "ok", data: answer.data };
  }

  passedCase(): Promise<Answer<CaseRef | null>> {
    return this.#answer("passedCase", [], () => {
      const { passed } = this;
      this.passed = null;
      return passed;
    });
  }

  setKeepOnDisk(keep: boolean, evenUnsettled: boolean): Promise<Answer<StorageView>> {
    return this.#answer("setKeepOnDisk", [keep, evenUnsettled], () => {
      const storage: StorageView = {
        state: keep ? "onDisk" : "memoryOnly",
        byChoice: !keep,
        problem: null,
        keptFile: null,
      };
      this.info = { ...this.info, storage };
      return storage;
    });
  }

  /** Gives the key of a space of the practice deployment these rights, and tells it. */
  setRights(space: string, rights: Partial<CaseRights>): void {
    this.change(PRACTICE, (view) => ({
      ...view,
      spaces: view.spaces.map((one) =>
        one.source.space === space ? { ...one, rights: { ...one.rights, ...rights } } : one,
      ),
    }));
  }

  setSpaceShown(source: SourceId, shown: boolean): Promise<Answer<DeploymentView[]>> {
    return this.#answer("setSpaceShown", [source, shown], () => {
      this.change(source.deployment, (view) => ({
        ...view,
        spaces: view.spaces.map((space) =>
          space.source.space === source.space ? { ...space, shown } : space,
        ),
      }));
      this.emit({ kind: "sourceChanged", source });
      return this.#deployments();
    });
  }

  attend(attention: Attention): Promise<Answer<null>> {
    return this.#answer("attend", [attention], () => null);
  }

  syncNow(): Promise<Answer<null>> {
    return this.#answer("syncNow", [], () => null);
  }

  /** Changes a deployment and tells the window. */
  change(deployment: string, edit: (view: DeploymentView) => DeploymentView): void {
    const apply = (view: DeploymentView) => (view.id === deployment ? edit(view) : view);
    this.world.deployments = this.world.deployments.map(apply);
    this.own = this.own.map(apply);
    this.emit({ kind: "deploymentChanged", deployment });
  }

  #deployment(id: string): DeploymentView {
    const view = this.#deployments().find((one) => one.id === id);
    if (view === undefined) {
      throw new Error(`no deployment ${id} in the fake world`);
    }
    return view;
  }

  #deployments(): DeploymentView[] {
    return this.info.profile === "practice" ? this.world.deployments : this.own;
  }

  #matching({ text }: BoardQuery): CaseRow[] {
    const shown = this.#deployments().flatMap(({ spaces }) =>
      spaces.filter((space) => space.shown).map(({ source }) => source),
    );
    const chips = readChips(text);
    return this.world.cases
      .map((detail) => this.entries.laidOver(detail).row)
      .filter((row) => {
        const { source } = row.case;
        return (
          shown.some(
            ({ deployment, space }) => deployment === source.deployment && space === source.space,
          ) && matches(row, chips)
        );
      })
      .map((row) => found(row, chips));
  }

  #searched({ text }: BoardQuery): Searched {
    const { problems = [], exact = null, incomplete = [] } = this.searches.get(text) ?? {};
    return { problems, exact, incomplete };
  }

  async #answer<T>(command: Command, args: unknown[], work: () => T): Promise<Answer<T>> {
    this.calls.push({ command, args });
    const error = this.#failures.get(command)?.shift();
    await (this.#holds.get(command)?.shift() ?? Promise.resolve());
    if (error !== undefined) {
      return { status: "error", error };
    }
    try {
      return { status: "ok", data: work() };
    } catch (refused) {
      if (refused instanceof Refused) {
        return { status: "error", error: refused.error };
      }
      if (refused instanceof NotNow) {
        return {
          status: "error",
          error: commandError("invalid_input", { detail: refused.detail }),
        };
      }
      throw refused;
    }
  }
}

/** Ends a command with an error. */
class Refused extends Error {
  readonly error: CommandError;

  constructor(error: CommandError) {
    super(error.message);
    this.error = error;
  }
}

function countSeverities(rows: readonly CaseRow[]): SeverityCounts {
  const count = (severity: string) => rows.filter((row) => row.severity === severity).length;
  return {
    critical: count("critical"),
    high: count("high"),
    medium: count("medium"),
    low: count("low"),
    unknown: rows.filter(({ severity }) => !RANKS.includes(severity)).length,
  };
}

/** The cases of a column in its order. */
function ofColumn(rows: readonly CaseRow[], status: string): CaseRow[] {
  const rank = ({ severity }: CaseRow) =>
    RANKS.includes(severity) ? RANKS.indexOf(severity) : RANKS.length;
  return rows
    .filter((row) => row.status === status)
    .sort((a, b) => rank(a) - rank(b) || Date.parse(b.changedAt) - Date.parse(a.changedAt));
}
