import type {
  AgentPolicies,
  AlertDetail,
  AlertId,
  AlertSearch,
  AppInfo,
  Approval,
  Assignable,
  AttachReport,
  Attention,
  Board,
  BoardQuery,
  BoardRows,
  BoardWindow,
  BulkEdit,
  CaseDetail,
  CaseEdit,
  CaseForm,
  CaseRef,
  Chip,
  CommandError,
  DeploymentId,
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
  SearchField,
  SearchView,
  SourceId,
  StorageView,
  Suggestions,
  Tray,
  WriteClass,
} from "./bindings";

export type * from "./bindings";

/** What a command answers: never an exception. */
export type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: CommandError };

/** What the core tells without being asked. Each says only that something is worth asking for again. */
export type BackendEvent =
  | { kind: "caseChanged"; case: CaseRef }
  | { kind: "sourceChanged"; source: SourceId }
  | { kind: "deploymentChanged"; deployment: DeploymentId }
  | { kind: "linkPassed" }
  | { kind: "outboxChanged" }
  | { kind: "profileChanged" };

/** Everything that the window asks of the core. The doc comments in `bindings.ts` are the specification. */
export interface Backend {
  appInfo(): Promise<Answer<AppInfo>>;
  openProfile(profile: Profile): Promise<Answer<AppInfo>>;
  setPreferences(preferences: Preferences): Promise<Answer<null>>;
  boardPainted(): Promise<Answer<null>>;
  board(query: BoardQuery, rows: BoardRows): Promise<Answer<Board>>;
  boardWindow(
    query: BoardQuery,
    column: string,
    offset: number,
    limit: number,
  ): Promise<Answer<BoardWindow>>;
  list(query: BoardQuery, part: ListPart): Promise<Answer<BoardWindow>>;
  groups(query: BoardQuery, grouping: Grouping, limit: number): Promise<Answer<Groups>>;
  readSearch(text: string): Promise<Answer<SearchView>>;
  chipsToText(chips: Chip[]): Promise<Answer<string>>;
  searchFields(): Promise<Answer<SearchField[]>>;
  openCase(caseRef: CaseRef): Promise<Answer<CaseDetail>>;
  addComment(caseRef: CaseRef, text: string): Promise<Answer<EntryView>>;
  editCase(caseRef: CaseRef, edit: CaseEdit): Promise<Answer<EntryView | null>>;
  editCases(parts: BulkEdit[]): Promise<Answer<EntryView[]>>;
  createCase(source: SourceId, form: NewCaseForm): Promise<Answer<EntryView>>;
  newCaseDraft(): Promise<Answer<NewCaseDraft | null>>;
  putNewCaseDraft(draft: NewCaseDraft | null): Promise<Answer<null>>;
  editComment(
    caseRef: CaseRef,
    comment: string,
    seen: string,
    text: string,
  ): Promise<Answer<EntryView | null>>;
  deleteAttachment(caseRef: CaseRef, attachment: string): Promise<Answer<EntryView>>;
  lookAt(caseRef: CaseRef, until: string): Promise<Answer<null>>;
  pin(caseRef: CaseRef, mark: string, on: boolean): Promise<Answer<null>>;
  caseForm(source: SourceId, owner: string): Promise<Answer<CaseForm>>;
  suggestPeople(source: SourceId, owner: string, text: string): Promise<Answer<Assignable[]>>;
  previewMarkdown(text: string): Promise<Answer<Markdown>>;
  draft(caseRef: CaseRef): Promise<Answer<string | null>>;
  putDraft(caseRef: CaseRef, text: string): Promise<Answer<null>>;
  attachAlerts(caseRef: CaseRef, text: string): Promise<Answer<AttachReport>>;
  attachIds(caseRef: CaseRef, ids: AlertId[], unknown: boolean): Promise<Answer<AttachReport>>;
  detachAlerts(caseRef: CaseRef, ids: AlertId[]): Promise<Answer<EntryView[]>>;
  readDrop(text: string, column: string | null): Promise<Answer<Dropped>>;
  /** Calls `ontold` with what each answer found; the last of it may come after the promise is settled. */
  resolveAlerts(ids: FoundId[], ontold: (alerts: ResolvedAlert[]) => void): Promise<Answer<null>>;
  suggestCases(source: SourceId, ids: AlertId[]): Promise<Answer<Suggestions>>;
  tray(): Promise<Answer<Tray>>;
  putTray(tray: Tray): Promise<Answer<null>>;
  alertDetail(source: SourceId, alert: AlertId): Promise<Answer<AlertDetail>>;
  searchAlerts(text: string): Promise<Answer<AlertSearch>>;
  setAlertStatus(
    caseRef: CaseRef,
    ids: AlertId[],
    status: NewAlertStatus,
  ): Promise<Answer<EntryView>>;
  openIncident(parts: IncidentPart[]): Promise<Answer<IncidentCase[]>>;
  linkCases(cases: CaseRef[]): Promise<Answer<boolean[]>>;
  outbox(): Promise<Answer<OutboxView>>;
  undoEntry(entry: EntryId): Promise<Answer<EntryView>>;
  retryEntry(entry: EntryId): Promise<Answer<EntryView>>;
  discardEntry(entry: EntryId): Promise<Answer<EntryView>>;
  keepMine(entry: EntryId, fields: string[]): Promise<Answer<EntryView>>;
  deployments(): Promise<Answer<DeploymentView[]>>;
  connectDeployment(deployment: NewDeployment): Promise<Answer<DeploymentView | null>>;
  replaceKey(deployment: DeploymentId): Promise<Answer<DeploymentView | null>>;
  testDeployment(deployment: DeploymentId): Promise<Answer<DeploymentTest>>;
  minimalRole(deployment: DeploymentId): Promise<Answer<string>>;
  removeDeployment(deployment: DeploymentId): Promise<Answer<null>>;
  proposals(): Promise<Answer<ProposalView[]>>;
  approveProposal(proposal: EntryId, hash: string, how: Approval): Promise<Answer<EntryView[]>>;
  refuseProposal(proposal: EntryId, note: string | null): Promise<Answer<EntryView[]>>;
  agentPolicies(): Promise<Answer<AgentPolicies>>;
  setAgentPolicy(
    source: SourceId,
    kind: WriteClass,
    policy: Policy | null,
  ): Promise<Answer<AgentPolicies>>;
  setMarksComments(marks: boolean): Promise<Answer<AgentPolicies>>;
  openLink(link: string): Promise<Answer<boolean>>;
  linkedCase(link: string): Promise<Answer<CaseRef>>;
  passedCase(): Promise<Answer<CaseRef | null>>;
  setKeepOnDisk(keep: boolean, evenUnsettled: boolean): Promise<Answer<StorageView>>;
  setSpaceShown(source: SourceId, shown: boolean): Promise<Answer<DeploymentView[]>>;
  syncNow(): Promise<Answer<null>>;
  attend(attention: Attention): Promise<Answer<null>>;
  /** Calls `listener` for every event until the returned function is called. */
  listen(listener: (event: BackendEvent) => void): () => void;
}
