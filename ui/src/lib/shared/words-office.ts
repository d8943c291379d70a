import type {
  KeyWarning,
  KibanaAbility,
  Policy,
  ProposalState,
  TestStepName,
  WriteClass,
} from "$lib/backend/backend";
import { grouped, plural, shown } from "./text";

const ABILITIES: Readonly<Record<KibanaAbility, string>> = {
  observables: "observables",
  assignRight: "a right to assign of its own",
  incrementalIds: "numbers of cases",
  caseTimes: "times until a case was taken up and closed",
  extractedObservables: "observables taken out of alerts",
};

/** Words of what agents propose. */
export const approvalWords = {
  title: "Approvals",
  region: "Approvals",
  count: (count: number) => (count === 0 ? "Approvals" : `Approvals, ${grouped(count)} open`),
  loading: "Reading what agents propose",
  failed: "What is proposed stays as it is.",
  empty: "No requests.",
  emptyHint: "What an agent wants to write and may not without asking waits here for ten minutes.",
  decided: "Decided within a day",
  card: (client: string, act: string) => `${client}: ${act}`,
  asks: (client: string) => `Agent “${client}” asks to`,
  acts: {
    create: (n: number) => (n === 1 ? "create a case" : `create ${grouped(n)} cases`),
    comment: (n: number) => (n === 1 ? "write a comment" : `write ${grouped(n)} comments`),
    attach: (n: number, alerts: number) =>
      `attach ${plural(alerts, "alert", "alerts")}${n === 1 ? "" : ` to ${grouped(n)} cases`}`,
    update: (n: number) => (n === 1 ? "change a case" : `change ${grouped(n)} cases`),
    close: (n: number) => (n === 1 ? "close a case" : `close ${grouped(n)} cases`),
    delete: (n: number) => (n === 1 ? "delete something" : `delete ${grouped(n)} things`),
    push: (n: number) => (n === 1 ? "push a case" : `push ${grouped(n)} cases`),
  },
  risks: {
    create: "Adds only",
    comment: "Adds only",
    attach: "Adds only",
    update: "Changes",
    close: "Closes",
    delete: "Deletes",
    push: "Sends to another system",
  } satisfies Record<WriteClass, string>,
  reason: "Reason, in the agent’s words",
  noReason: "The agent gives no reason.",
  session: (session: string) => `Session ${session}`,
  expires: (left: string) => `expires in ${left}`,
  elsewhere: (places: readonly string[]) =>
    `Before it wrote this, the agent had read ${places.join(", ")}. Something of what stands there may be in it.`,
  despite: "I looked at it, and nothing of those places is in it.",
  field: "Field",
  before: "Now",
  after: "Then",
  diff: (handle: string) => `What would change in ${handle}`,
  nothing: "–",
  alerts: (count: number) => plural(count, "alert", "alerts"),
  newCase: "a new case",
  openCase: (handle: string) => `Open ${handle}`,
  approve: "Allow once",
  approveHour: "Allow for this case, 1 h",
  refuse: "Refuse",
  refuseTitle: (client: string) => `Refuse what “${client}” asks?`,
  refuseLead: "Nothing is written. The agent reads your note.",
  note: "Note for the agent",
  noteHint: "May be empty. Up to 500 characters.",
  keep: "Keep it open",
  states: {
    open: "open",
    approved: "allowed",
    refused: "refused",
    expired: "refused, nobody answered in time",
    withdrawn: "taken back by the agent",
  } satisfies Record<ProposalState, string>,
  refusedNote: (note: string) => `Note: ${note}`,
  say: {
    approved: (client: string) => `Allowed what ${client} asked`,
    refused: (client: string) => `Refused what ${client} asked`,
  },
  fresh: (count: number) => `${plural(count, "request", "requests")} of agents`,
  freshSafe: "Nothing is written before you answer.",
  show: "Show",
  next: "Next request",
  previous: "Previous request",
} as const;

/** Words of the settings for agents. */
export const agentWords = {
  lead: "What agents may write, by kind and place. Whatever is not granted is refused; reading is not asked about.",
  table: (place: string) => `What agents may write in ${place}`,
  kind: "Kind",
  policy: "Policy",
  classes: {
    create: "Create cases",
    comment: "Comment",
    attach: "Attach alerts",
    update: "Change cases and comments",
    close: "Close cases",
    delete: "Delete, detach",
    push: "Push to another system",
  } satisfies Record<WriteClass, string>,
  policies: { refuse: "Refuse", ask: "Ask", allow: "Allow" } satisfies Record<
    Policy | "refuse",
    string
  >,
  policyOf: (what: string, place: string) => `${what} in ${place}`,
  neverAllowed: "Always asked about",
  hours: "Allowed for an hour",
  hour: (what: string, handle: string) => `${what} in ${handle}`,
  until: "until",
  takeBack: "Take back",
  takeBackHint: "Takes back everything of this kind that is granted in this place.",
  noPlaces: "No space is in use.",
  marks: "Mark what agents write",
  marksHint: "Their comments end with “via assistant” and the name of the client.",
  setUp: "Connect an agent",
  setUpHint:
    "Run this in a terminal. It writes the client’s configuration, without any key; then restart the client.",
  client: "Client",
  clients: {
    "claude-desktop": "Claude Desktop",
    "claude-code": "Claude Code",
    cursor: "Cursor",
    vscode: "Visual Studio Code",
  },
  copy: "Copy the command",
  failed: "What agents may write could not be read.",
  unchanged: "What agents may write stays as it was.",
  loading: "Reading what agents may write",
} as const;

/** Words of the screen of deployments. */
export const officeWords = {
  title: "Deployments",
  region: "Deployments",
  lead: "Every Kibana that is connected, what its key may do, and how fresh it is here.",
  add: "Add deployment",
  key: {
    saving: "key on its way to the keychain",
    stored: "key in the keychain",
    memoryOnly: "key in memory until Caseboard ends",
    missing: "no key",
  },
  last4: (last4: string) => `ends in ${last4}`,
  given: "given",
  spaces: "Spaces",
  use: (space: string) => `Use ${space}`,
  rights: (space: string) => `Rights in ${space}`,
  rightNames: {
    read: "read",
    write: "write",
    comment: "comment",
    assign: "assign",
    reopen: "reopen",
    delete: "delete",
    push: "push",
    alerts: "alerts",
  },
  right: (name: string, may: boolean | null) =>
    `${name}: ${may === null ? "not known" : may ? "yes" : "no"}`,
  untested: "Test it to see its rights.",
  cases: (cases: number, active: number) =>
    `${plural(cases, "case", "cases")}, ${grouped(active)} not closed`,
  covered: (percent: number) => `${percent} % read with comments and alerts`,
  lastSync: "last read",
  never: "not read yet",
  notUsed: "not in use",
  test: "Test",
  testing: "Testing…",
  tested: "Test",
  steps: {
    reach: "Kibana answers",
    tls: "Its certificate is trusted",
    signIn: "The key is accepted",
    spaces: "Spaces may be entered",
    rights: "Cases may be read",
  } satisfies Record<TestStepName, string>,
  outcomes: {
    ok: "in order",
    failed: "failed",
    notReached: "not reached",
    unknown: "could not be told",
  },
  warning: (warning: KeyWarning) => {
    switch (warning.kind) {
      case "superuser":
        return "This key is a superuser’s. It may do far more than work on cases; whoever gets hold of it may, too.";
      case "allRights":
        return "This key has every right in every space. Cases need far less.";
      case "beyondCases":
        return `This key may also change what has nothing to do with cases: ${warning.features.map(shown).join(", ")}.`;
    }
  },
  show: "Show its deployment",
  warningNext: "Make a key with the role below, and replace this one.",
  unavailable: (version: string | null, abilities: readonly KibanaAbility[]) =>
    `Not available${version === null ? "" : ` on ${version}`}: ${abilities.map((one) => ABILITIES[one]).join(", ")}.`,
  role: "Least role",
  roleHint: "What a key for the spaces in use needs at least, as Elasticsearch takes it.",
  copyRole: "Copy role",
  replaceKey: "Replace key…",
  remove: "Remove…",
  removeOf: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead: (cases: number) =>
    `Its key and ${plural(cases, "case", "cases")} kept on this computer go, with drafts and what agents may write there. What Kibana holds stays as it is, and so does the journal.`,
  removeConfirm: (name: string) => `Remove ${name}`,
  removing: "Removing…",
  notRemoved: "Nothing was removed.",
  keep: "Keep",
  unsettled: (name: string) => `Something written for ${name} is not settled.`,
  unsettledHint: "Send or discard it first.",
  toOutbox: "Show outbox",
  say: {
    removed: (name: string) => `${name} is removed`,
  },
  practice: "Part of this app. It cannot be removed, and its key is new at each start.",
} as const;

/** Words of the window in which keys are typed. */
export const vaultWords = {
  title: (name: string) => `Key of ${name}`,
  lead: "This window shows nothing else, and only hands the key to the keychain.",
  only: "Used only for",
  connect: "Test and connect",
  replace: "Test and replace",
} as const;

/** Words of links. */
export const linkWords = {
  open: (address: string) => `Open ${address}…`,
  failed: "The link was not opened.",
  notHere: "The link leads to a deployment or space that is not connected here.",
  noCase: "It is no link to a case.",
  passed: "Link",
} as const;

/** Words of what is kept on disk. */
export const diskWords = {
  nothing: "Keep nothing on disk",
  nothingHint:
    "Cases, drafts and what waits in the outbox stay in memory. What is not sent when Caseboard ends is lost, and everything is read anew at the next start.",
  unsettled: (count: number) =>
    `${plural(count, "change is", "changes are")} not sent yet. In memory they end with Caseboard.`,
  anyway: "Keep nothing anyway",
  unchanged: "Everything is kept where it was.",
} as const;
