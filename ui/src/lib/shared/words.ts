import { grouped, plural } from "./text";
import { bulkWords } from "./words-bulk";
import { alertsWords, editWords, newCaseWords, storyWords, timelineWords } from "./words-case";
import { jobsWords } from "./words-jobs";
import { listWords } from "./words-list";
import {
  agentWords,
  approvalWords,
  diskWords,
  linkWords,
  officeWords,
  vaultWords,
} from "./words-office";
import { rightsWords } from "./words-rights";
import { searchWords } from "./words-search";
import { alertWords, dropWords, incidentWords, trayActionWords, trayWords } from "./words-tray";
import { paletteWords, settingsWords, tagWords, viewWords } from "./words-window";

/**
 * Every word on screen. Functions take what a sentence is filled with; counts choose their plural here.
 * Tone: a calm colleague, present tense, things by their name, no blame.
 */
const SEVERITIES: Readonly<Record<string, string>> = {
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "Critical",
};

const STATUSES: Readonly<Record<string, string>> = {
  open: "Open",
  "in-progress": "In progress",
  closed: "Closed",
};

const ALERT_STATUSES: Readonly<Record<string, string>> = {
  open: "Open",
  acknowledged: "Acknowledged",
  closed: "Closed",
};

/** Fields of a case by the names the core gives them; a custom field is called by its key. */
const FIELDS: Readonly<Record<string, string>> = {
  status: "Status",
  severity: "Severity",
  title: "Title",
  description: "Description",
  tags: "Tags",
  assignees: "Assigned",
  category: "Category",
  syncAlerts: "Alert status",
  comment: "Comment",
};

const OWNERS: Readonly<Record<string, string>> = {
  securitySolution: "Security",
  observability: "Observability",
  cases: "Stack",
};

const inOutbox = (waiting: number, needsYou: number): string[] => [
  ...(waiting > 0 ? [`${grouped(waiting)} waiting`] : []),
  ...(needsYou > 0 ? [`${grouped(needsYou)} ${needsYou === 1 ? "needs" : "need"} you`] : []),
];

export const words = {
  app: {
    name: "Caseboard",
    board: "Board",
    list: "List",
    approvals: "Approvals",
    outbox: "Outbox",
    tray: "Tray",
    deployments: "Deployments",
    settings: "Settings",
    statusBar: "Status",
    show: "Show",
    sources: "Sources",
    sidebar: "Sidebar",
    showSidebar: "Show sidebar",
    hideSidebar: "Hide sidebar",
    practice: "Practice",
    practiceMark: "Practice – nothing here is real",
    own: "Your deployments",
    profile: "Profile",
    close: "Close",
    cancel: "Cancel",
    copy: "Copy",
    copied: "Copied",
    notCopied: "Not copied",
    details: "Details",
    copyDetails: "Copy details",
    retry: "Try again",
    dismiss: "Dismiss",
    keys: "Keys",
    allKeys: "All keys",
    resizeSidebar: "Width of the sidebar",
    resizePane: "Width of the case",
    keysHint: "What works where the focus is. Single letters work while no text field has it.",
    starting: "Opening…",
    nobody: "Nobody",
    nobodyAssigned: "No one assigned",
  },

  severity: (severity: string) => SEVERITIES[severity] ?? severity,
  status: (status: string) => STATUSES[status] ?? status,
  alertStatus: (status: string) => ALERT_STATUSES[status] ?? status,
  owner: (owner: string) => OWNERS[owner] ?? owner,
  field: (field: string) => FIELDS[field] ?? field,
  source: (deployment: string, space: string) => `${deployment} / ${space}`,

  header: {
    search: "Search cases",
    searchPlaceholder: "Words, ids, or sev:high assignee:me…",
    clearSearch: "Clear search",
    sync: "Sync now",
    syncing: "Reading…",
    fresh: (age: string) => age,
    late: (age: string) => `${age} – late`,
    failed: "Sync failed",
    neverRead: "Not read yet",
    freshTitle: (age: string) => `Last read ${age} ago. Sync now`,
    theme: (theme: string) => `Theme: ${theme}`,
    themes: {
      system: "as the system",
      light: "light",
      dark: "dark",
      contrast: "high contrast",
    },
    back: "Back",
    forward: "Forward",
    zone: (zone: string) => `Times in ${zone}`,
    zones: { utc: "UTC", local: "local time" },
    zoneShort: { utc: "UTC", local: "Local" },
  },

  statusBar: {
    cases: (count: number, spaces: number) =>
      `${plural(count, "case", "cases")} in ${plural(spaces, "space", "spaces")}`,
    matching: (count: number) => `${grouped(count)} match`,
    outbox: (waiting: number, needsYou: number) => inOutbox(waiting, needsYou).join(" · "),
  },

  welcome: {
    title: "Cases of every Kibana on one board",
    lead: "Look around with a built-in practice Kibana, or connect your own.",
    practice: "Practice",
    practiceText:
      "A Kibana inside this app with made-up cases and alerts. Nothing leaves this computer.",
    connect: "Connect Kibana",
    connectText:
      "Your own deployment, with its address and an API key. The key goes to the keychain.",
  },

  profileProblem: {
    title: "This profile is not open",
    other: (profile: string) => `Open ${profile} instead`,
  },

  board: {
    region: "Board",
    column: (status: string, count: number) => `${status}, ${plural(count, "case", "cases")}`,
    readOnly: "Only seen in Kibana; cards cannot be moved here",
    spread: (counts: readonly (readonly [string, number])[]) =>
      counts
        .filter(([, count]) => count > 0)
        .map(([severity, count]) => `${grouped(count)} ${severity.toLowerCase()}`)
        .join(", "),
    emptyColumn: "No cases",
    moveHere: (status: string) => `Move to ${status}`,
    sorted: "Sorted by severity",
    loading: "Loading cases",
    firstRead: (spaces: string) => `Reading ${spaces} for the first time…`,
    noSpaces: "No space is shown.",
    noSpacesHint: "Tick a space on the left to see its cases.",
    noCases: (spaces: number) =>
      `No cases in ${spaces === 1 ? "this space" : `these ${spaces} spaces`}.`,
    noCasesHint: "New cases appear here as soon as Kibana has them.",
    noMatch: (text: string) => `Nothing matches “${text}”.`,
    noMatchHint: "All conditions must hold at once.",
    failed: "The board could not be read.",
    showingFrom: (time: string) => `Showing data from ${time}.`,
    showingNothing: "Nothing was read yet.",
    hide: (space: string) => `Hide ${space}`,
    tryNow: "Try now",
  },

  card: {
    name: (parts: {
      severity: string;
      handle: string;
      title: string;
      source: string;
      assignees: readonly string[];
      alerts: number;
      comments: number;
      opened: string;
      changed: string;
      pending: boolean;
      unread: boolean;
      readOnly: boolean;
      selected?: boolean;
      /** Where it is not told by where the case stands. */
      status?: string;
      matched?: string | null;
    }) =>
      [
        parts.severity,
        parts.handle.replace(/[/#~]/g, " "),
        parts.title,
        ...(parts.status === undefined ? [] : [parts.status]),
        parts.source,
        plural(parts.alerts, "alert", "alerts"),
        plural(parts.comments, "comment", "comments"),
        parts.assignees.length === 0
          ? "no one assigned"
          : `assigned to ${parts.assignees.join(" and ")}`,
        `opened ${parts.opened} ago`,
        `changed ${parts.changed} ago`,
        ...(parts.matched ? [parts.matched.toLowerCase()] : []),
        ...(parts.pending ? ["not yet saved"] : []),
        ...(parts.unread ? ["unread"] : []),
        ...(parts.readOnly ? [rightsWords.readOnly] : []),
        ...(parts.selected ? [bulkWords.isSelected] : []),
      ].join(", "),
    alerts: (count: number) => plural(count, "alert", "alerts"),
    comments: (count: number) => plural(count, "comment", "comments"),
    age: (opened: string, changed: string) => `Opened ${opened} ago, changed ${changed} ago`,
    pending: "Not yet saved",
    matched: (places: readonly string[]) => `Found in ${places.join(", ")}`,
    moreTags: (count: number) => `+${count}`,
    assigned: (names: string) => `Assigned to ${names}`,
    status: "Change status",
    menu: "More",
    draft: "Has a draft comment",
  },

  actions: {
    groups: {
      move: "Move around",
      act: "Act on the focused case",
      inCase: "Inside a case",
      go: "Go",
      view: "Search and views",
      app: "Window",
    },
    nextCase: "Next case",
    previousCase: "Previous case",
    nextColumn: "Next column, or cell of a row",
    previousColumn: "Previous column, or cell of a row",
    firstCase: "First case of the column or list",
    lastCase: "Last case of the column or list",
    pageDown: "Ten cases down",
    pageUp: "Ten cases up",
    menu: "Menu of the case",
    nextOpen: "Open the next case",
    previousOpen: "Open the previous case",
    copyId: "Copy full id",
    copyLink: "Copy Kibana link",
    copyMarkdown: "Copy as Markdown",
    defang: "Defang what is selected, or all of the comment",
    refang: "Refang what is selected, or all of the comment",
    filterTag: "Filter by a tag",
    settings: "Settings",
    back: "Back",
    forward: "Forward",
    nextRegion: "Next part of the window",
    previousRegion: "Previous part of the window",
    find: "find",
    saveView: "Save view",
    savedViews: "Saved views 1 to 9",
    groupBy: "Group by",
    orderBy: "Order by",
    palette: "Command palette",
    times: "Time that has passed, or date and time",
    scale: "Size of the window’s contents",
    singleKeys: "Keys without a modifier: on or off",
    toList: "List",
    otherScreen: "Board or list, same search and case",
    density: "Density: comfortable, default, compact",
    filter: "Add a filter",
    asText: "Edit the search as text",
    open: "Open",
    status: "Status (1 open, 2 in progress, 3 closed)",
    statusOnly: "Change status",
    move: "Move mode (←/→ column, Enter drop, Esc cancel)",
    comment: "Comment",
    attach: "Attach alerts from the clipboard",
    search: "Search",
    keys: "Show the keys",
    close: "Close the top thing",
    zone: "UTC or local time",
    pane: "Show or hide the case",
    sidebar: "Show or hide the sidebar",
    sync: "Sync now",
    theme: "Theme: system, light, dark, high contrast",
    send: "Send the comment",
    moving: "Move",
    severity: "Severity (1 low, 2 medium, 3 high, 4 critical)",
    assign: "Assign",
    tags: "Tags",
    category: "Category",
    editTitle: "Edit the title",
    editDescription: "Edit the description",
    nextStoryEntry: "Next entry (Enter unfolds, Q quotes)",
    previousStoryEntry: "Previous entry",
    findInStory: "Find in the story",
    nextOpenCase: "Open the next case of the board or list",
    previousOpenCase: "Open the previous one",
    page: "The case as a page, or back as a pane",
    newCase: "New case",
    undo: "Undo the last change",
    board: "Board",
    outbox: "Outbox",
    nextEntry: "Next change in the outbox",
    previousEntry: "Previous change in the outbox",
    chord: (key: string) => `${key}, then`,
  },

  say: {
    moving: (handle: string) =>
      `Moving ${handle}. Use left and right, Enter to drop, Escape to cancel`,
    over: (status: string) => `${status}, position is by severity`,
    moved: (status: string) => `Moved to ${status}`,
    cancelled: (status: string) => `Move cancelled, back in ${status}`,
    stayed: (status: string) => `Already in ${status}`,
    pressPaste: (keys: string) => `Press ${keys} to paste`,
    nothingToPaste: "The clipboard holds no text.",
    looking: (handle: string) => `Looking up and attaching to ${handle}`,
    found: (count: number) => `${plural(count, "case", "cases")} found`,
    density: (density: string) => `Density ${density}`,
    commentSaved: (handle: string) => `Comment on ${handle} is kept and on its way`,
    undone: (what: string) => `Taken back: ${what}`,
    undoLater: (what: string) => `On its way, taken back as soon as Kibana answers: ${what}`,
    needsYou: (handle: string) => `A change to ${handle} needs you`,
    nothingToUndo: "Nothing of this run can be taken back.",
    theme: (theme: string) => `Theme ${theme}`,
    zone: (zone: string) => `Times in ${zone}`,
  },

  caseView: {
    region: (handle: string) => `Case ${handle}`,
    content: "Facts, description, alerts and activity",
    close: "Close case",
    kibana: "Kibana link",
    kibanaHint: "Open it in a browser that is signed in to this Kibana.",
    copyLink: "Copy link",
    copyHandle: "Copy handle and title",
    status: (status: string) => `Status: ${status}. Change`,
    severity: (severity: string) => `Severity: ${severity}`,
    assignees: "Assigned",
    tags: "Tags",
    noTags: "No tags",
    facts: "Facts",
    reporter: "Reporter",
    opened: "Opened",
    closed: "Closed",
    age: "Age",
    changed: "Changed",
    category: "Category",
    noCategory: "None",
    owner: "Owner",
    alerts: "Alerts",
    syncAlerts: "Alert status",
    follows: "Follows the case",
    doesNotFollow: "On its own",
    description: "Description",
    noDescription: "No description.",
    activity: "Activity",
    noActivity: "No comments yet. Write the first one.",
    loading: "Reading from Kibana…",
    notSaved: "Not yet saved",
    edited: (time: string) => `edited ${time}`,
    attached: (count: number) => `attached ${plural(count, "alert", "alerts")}`,
    otherKind: (kind: string) =>
      `added “${kind}”, which Caseboard cannot show yet. See it in Kibana.`,
    noAlerts: "No alerts yet. Drop or paste text with alert ids here.",
    showAll: (count: number) => `Show all ${grouped(count)}`,
    showFewer: "Show fewer",
    gone: "The alert’s document is gone or this key may not read it.",
    copyId: (id: string) => `Copy id ${id}`,
    asOf: (time: string) => `As of ${time}.`,
    statusAlsoAlerts: (count: number) => `Also changes ${plural(count, "alert", "alerts")}`,
    columns: {
      severity: "Severity",
      rule: "Rule, host and reason",
      time: "Time and status",
      id: "Id",
    },
  },

  edit: editWords,
  story: storyWords,
  timeline: timelineWords,
  alertsTab: alertsWords,
  newCase: newCaseWords,
  bulk: bulkWords,
  list: listWords,
  rights: rightsWords,
  jobs: jobsWords,
  tray: trayWords,
  trayActions: trayActionWords,
  drop: dropWords,
  alert: alertWords,
  incident: incidentWords,
  settings: settingsWords,
  approvals: approvalWords,
  agents: agentWords,
  office: officeWords,
  vault: vaultWords,
  links: linkWords,
  disk: diskWords,
  palette: paletteWords,
  views: viewWords,
  tag: tagWords,
  search: searchWords,

  composer: {
    label: "Comment",
    placeholder: "Write a comment…",
    send: "Comment",
    split: "Split into 2 comments",
    sending: "Saving…",
    kept: "Your text is kept here.",
    unkept: "Your text is only in this window until it can be kept.",
  },

  markdown: {
    plain: "Shown as plain text: it is nested too deeply or too large to lay out.",
    image: (alt: string) => (alt === "" ? "Image, not loaded" : `Image, not loaded: ${alt}`),
    done: "done",
    notDone: "not done",
    hidden: (name: string) => `hidden character ${name}`,
  },

  attach: {
    dropLabel: (handle: string) => `Attach alerts to ${handle}`,
    region: "Attached alerts",
    title: (handle: string) => `Alerts for ${handle}`,
    running: "Looking up and attaching…",
    close: "Close this report",
    copyText: "Copy the text",
    retry: "Try again",
    retryHint: "What is already attached is not attached twice.",
    nothing: "No alert ids in this text.",
    expected:
      "An alert id is 64 or 40 hexadecimal digits, a UUID, or a link to an alert in Kibana. Any text around it is fine.",
    keptText: "The text you dropped is kept.",
    shortened: (id: string) => `${id} – this id is shortened; copy the full one.`,
    cutOff: "The text was too long: only its first 20 MB or 50,000 ids were read.",
    summary: (counts: Readonly<Record<string, number>>) => {
      const of = (kind: string) => counts[kind] ?? 0;
      const wasWere = (count: number) => (count === 1 ? "was" : "were");
      const parts: [string, string][] = [
        ["attached", `${grouped(of("attached"))} attached`],
        [
          "alreadyAttached",
          `${grouped(of("alreadyAttached"))} ${wasWere(of("alreadyAttached"))} already there`,
        ],
        ["elsewhere", `${grouped(of("elsewhere"))} in another space`],
        ["notFound", `${grouped(of("notFound"))} not found`],
        ["refused", `${grouped(of("refused"))} refused`],
        ["waiting", `${grouped(of("waiting"))} waiting`],
        ["notSent", `${grouped(of("notSent"))} not sent`],
        ["shortened", `${grouped(of("shortened"))} shortened`],
      ];
      return parts
        .filter(([kind]) => of(kind) > 0)
        .map(([, text]) => text)
        .join(", ");
    },
    outcome: {
      attached: "Attached",
      alreadyAttached: "Was already there",
      notFound: "Not found",
      elsewhere: "Lives elsewhere",
      refused: "Refused",
      waiting: "Waiting",
      notSent: "Not sent",
    },
    elsewhere: (sources: readonly string[]) =>
      `Lives in ${sources.join(" and ")}. Alerts are attached only where they live.`,
    unasked: (sources: readonly string[]) =>
      `Could not ask ${sources.join(" and ")}, it may be there.`,
    waiting: "Attached as soon as Kibana can be reached.",
    notSent: "It was taken back before it was sent.",
    notFoundAnywhere: "In none of the spaces in use.",
    line: (line: number) => `Line ${grouped(line)} of the text`,
    columns: {
      outcome: "Outcome",
      id: "Alert",
      rule: "Rule",
      host: "Host",
      time: "Time",
      note: "Note",
    },
  },

  storage: {
    memoryOnly:
      "Nothing is kept on this computer now. What is not sent when Caseboard ends is lost.",
    waiting: "The system’s keychain is locked.",
    waitingHint: "Until it is unlocked, what you write is kept in memory only.",
    kept: "A file of this profile could not be read.",
    keptAs: (name: string) => `It was kept as ${name}; the cases are read from Kibana anew.`,
  },

  outbox: {
    title: "Outbox",
    region: "Outbox",
    empty: "Everything you did is saved on the servers.",
    emptyHint: "What you write while Kibana cannot be reached waits here.",
    failed: "The outbox could not be read.",
    loading: "Reading the outbox",
    settled: "Settled lately",
    sender: (name: string, pid: number) =>
      `${name} (process ${pid}) sends what is written here; this window does not.`,
    count: (waiting: number, needsYou: number) =>
      ["Outbox", ...inOutbox(waiting, needsYou)].join(", "),
    open: (handle: string) => `Open ${handle}`,
    notCreated: "A case that is not created yet",
    state: {
      proposed: "proposed",
      held: "held",
      waiting: "waiting",
      sending: "sending",
      checking: "checking",
      done: "done",
      needsYou: "needs you",
      refused: "refused",
      cancelled: "not sent",
    },
    held: (seconds: number) => `held ${seconds} s`,
    by: { window: "", cli: "by the command line", mcp: (client: string) => `by agent “${client}”` },
    attempts: (count: number) => `sent ${plural(count, "time", "times")}`,
    what: {
      createCase: (title: string) => `New case “${title}”`,
      edit: (field: string, value: string) => `${field}: ${value}`,
      addComment: "Comment",
      editComment: "Changed comment",
      deleteComment: "Comment deleted",
      detach: (count: number) => `${plural(count, "alert", "alerts")} detached`,
      attach: (count: number) => `Attach ${plural(count, "alert", "alerts")}`,
      deleteCase: (title: string) => `Case “${title}” deleted`,
      push: "Push to the external system",
      setAlertStatus: (count: number, status: string) =>
        `Status of ${plural(count, "alert", "alerts")}: ${status}`,
    },
    none: "none",
    on: "on",
    off: "off",
    why: {
      asks: "It was held when Caseboard was closed. Nothing was sent yet.",
      proposed: "An agent wants this. Nothing was sent yet.",
      held: "Time for second thoughts before it is sent.",
      checking: "Its answer was lost; it is looked for before anything is sent again.",
      conflict: "Somebody else changed the same. Choose what it is to be.",
      gone: "What it belongs to is not there any more.",
      notCreated: "The case that it belongs to was never created.",
      old: "It waited so long that it may no longer be wanted.",
      caseChanged:
        "It waited for long, and the case has another status or is in other hands by now.",
      unknown:
        "It was sent, and nothing tells whether it arrived. Look in Kibana before it is sent again.",
      salvaged:
        "It was saved from a damaged file, and may have been sent since. Look in Kibana before it is sent again.",
      twins: (count: number) =>
        `Kibana stored it late, too: ${plural(count, "copy", "copies")} to look at.`,
    },
    said: (text: string) => `Kibana said: “${text}”.`,
    act: {
      retry: "Try again",
      send: "Send",
      notSent: "Undo",
      undo: "Undo",
      discard: "Discard",
      copy: "Copy text",
      edit: "Edit again",
      review: "Look at it",
    },
    undoHint: "Writes the opposite, which stands in Kibana’s activity.",
    notSentHint: "It is not sent.",
    actOn: (act: string, what: string, handle: string) => `${act}: ${what}, ${handle}`,
    wasNotDone: "It stands where it stood.",
    heldFor: (seconds: number) => `– sent in ${seconds} s`,
    needs: (count: number) => `${grouped(count)} changes need you.`,
    needsSafe: "They are kept in the outbox.",
    inCase: (handle: string) => `Changes to ${handle} that need you`,
    was: (value: string) => `was ${value}`,
    theirs: "Theirs",
    mine: "Yours",
    save: "Save this result",
    copyMine: "Copy mine",
    choice: (field: string) => `${field}: whose counts`,
    discardTitle: (handle: string) => `Discard this change to ${handle}?`,
    discardLead: "It is not sent. What it wanted stays in the journal.",
    keep: "Keep",
  },

  deployments: {
    shown: (space: string) => `Show ${space}`,
    active: (count: number) => `${plural(count, "case", "cases")} not closed`,
    connect: "Connect Kibana",
    connectEllipsis: "Connect Kibana…",
    replaceKey: "Replace key",
    replaceKeyEllipsis: "Replace key…",
    replaceKeyOf: (deployment: string) => `Replace key of ${deployment}`,
    keyMissing: (name: string) => `${name} has no key on this computer`,
    keyMissingHint: "Give it again to read and write there.",
    memoryOnly: "The key is kept until the app ends: there is no keychain.",
    none: "Nothing is connected yet.",
    noSpaces: "This key sees no space.",
    health: { good: "in order", reading: "reading", problem: "has a problem", off: "not in use" },
    version: (version: string) => `Kibana ${version}`,
    failed: "The deployments could not be read.",
  },

  connect: {
    title: "Connect Kibana",
    lead: "The key is typed into a window of its own. Nothing is saved if the test fails.",
    name: "Short name",
    nameHint: "2 to 8 capital letters or digits. It begins every handle: PROD/soc#42.",
    nameWrong: "Use 2 to 8 capital letters or digits.",
    url: "Address",
    urlHint: "Any page of that Kibana, copied from the browser.",
    urlMissing: "Paste an address that begins with https://.",
    key: "API key",
    keyHint: "Kept in the keychain of this computer, never shown again.",
    keyMissing: "Paste an API key.",
    submit: "Connect",
    busy: "Testing…",
    waiting: "Waiting for the key…",
    safe: "Nothing was saved, and what you typed is still here.",
  },

  replaceKey: {
    safe: "The old key is unchanged.",
    done: (name: string) => `${name} has a new key`,
  },

  errors: {
    code: "Code",
    message: "Message",
    answered: (status: number) => `Kibana answered ${status}.`,
    inSeconds: (seconds: number) => `Try again in ${plural(seconds, "second", "seconds")}.`,
    here: "Kibana",
    invalidInput: { headline: () => "This was not accepted.", why: "" },
    field: (field: string, reason: string) => `${field}: ${reason}`,
    unreachable: {
      headline: (place: string) => `${place} cannot be reached.`,
      why: "The network or the address does not answer.",
    },
    timedOut: {
      headline: (place: string) => `${place} did not answer in time.`,
      why: "",
    },
    unauthenticated: {
      headline: (place: string) => `${place} no longer accepts this key.`,
      why: "It may have been revoked or expired.",
      newKey: (place: string) => `${place} does not accept this key.`,
    },
    forbidden: {
      headline: (place: string) => `This key may not do that in ${place}.`,
      why: "",
    },
    notFound: {
      headline: (place: string) => `${place} is not there any more.`,
      why: "It was deleted or your access changed.",
    },
    versionConflict: {
      headline: (place: string) => `${place} changed while you were editing.`,
      why: "Someone else saved first.",
    },
    rejected: {
      headline: (place: string) => `${place} did not accept this.`,
      why: "",
    },
    rateLimited: {
      headline: (place: string) => `${place} asked us to slow down.`,
      why: "",
    },
    kibanaFailed: {
      headline: (place: string) => `${place} is not answering properly.`,
      why: "",
    },
    keychainUnavailable: {
      headline: () => "The keychain of this computer cannot be used.",
      why: "It is locked, or there is none.",
    },
    cacheUnreadable: {
      headline: () => "The local data cannot be opened.",
      why: "Nothing on the servers is affected.",
    },
    internal: {
      headline: () => "Something unexpected happened in the app.",
      why: "",
    },
    tlsUntrusted: {
      headline: (place: string) => `The certificate of ${place} is not trusted on this computer.`,
      why: "",
    },
    notKibana: {
      headline: () => "This is not Kibana.",
      why: "Check the address and the path behind it.",
    },
    redirected: {
      headline: (place: string) => `${place} sends us somewhere else.`,
      why: "Redirects are not followed.",
      to: (host: string) => `It points to ${host}; connect that address instead.`,
    },
    caseFull: {
      headline: (place: string, limit: number) =>
        `${place} already has ${grouped(limit)} alerts, the most Kibana accepts.`,
      why: "",
    },
    caseClosed: {
      headline: (place: string) => `${place} is closed, alerts cannot be added.`,
      why: "Reopen it first.",
    },
    alertCaseLimit: {
      headline: (limit: number) =>
        `This alert is already in ${grouped(limit)} cases, the most Kibana allows.`,
      why: "",
    },
    alertUnreadable: {
      headline: () => "This key may not read the alert.",
      why: "People with alert rights will see it.",
    },
    keychainChanged: {
      headline: (place: string) => `Another keychain answers for ${place} than before.`,
      why: "The key of what is kept on this computer is not in it.",
    },
    keychains: (was: string, now: string) => `It was ${was}; now it is ${now}.`,
    writesWaiting: {
      headline: () => "What waits in the outbox would be lost.",
      why: "It was not sent yet.",
    },
    writes: (n: number) => `${plural(n, "change was", "changes were")} not sent yet.`,
    outboxFull: {
      headline: () => "The outbox is full.",
      why: "It takes no more changes until some of them were sent.",
    },
    caseChanged: {
      headline: (place: string) => `${place} has changed since this was written.`,
      why: "It has another status or is in other hands by now.",
    },
    approvalRefused: {
      headline: () => "That was not approved.",
      why: "Agents may not write that there, or it is not what was shown, was answered or has expired.",
    },
    tooLong: (limit: number) => `It is longer than ${grouped(limit)} characters. Split it in two.`,
    answeredAs: (name: string) => `The address answered as “${name}”.`,
    /** What the person can do; empty where a button beside it says so. */
    next: {
      invalid_input: "",
      unreachable: "Check the network and the address.",
      timed_out: "",
      unauthenticated: "",
      forbidden: "Ask for a key with the right “Cases: All” there.",
      not_found: "",
      version_conflict: "Look at it as it is now, then decide again.",
      rejected: "",
      rate_limited: "Try again in a moment.",
      kibana_failed: "Try again in a moment.",
      keychain_unavailable: "Start or unlock it, then try again.",
      cache_unreadable: "",
      internal: "",
      tls_untrusted: "Add its authority to this computer’s certificates.",
      not_kibana: "",
      redirected: "",
      case_full: "Open a follow-up case in Kibana.",
      case_closed: "",
      alert_case_limit: "",
      alert_unreadable: "",
      keychain_changed: "Start the keychain that was used before, or begin with a new key.",
      writes_waiting: "Let them be sent, or discard them in the outbox.",
      outbox_full: "Let the outbox empty itself, or discard what is no longer wanted.",
      case_changed: "Look at the case, then try again or discard it.",
      approval_refused: "Look at what is proposed now.",
    },
    safe: {
      textKept: "Your text is kept in the outbox.",
      showsTheirs: "The board shows what Kibana has.",
      nothingChanged: "Nothing was changed.",
      shownIsOlder: "What is shown is older.",
    },
  },
} as const;
