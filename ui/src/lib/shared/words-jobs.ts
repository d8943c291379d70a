import { grouped, plural } from "./text";

/** Words of what a shift does by keys: reading what is new, taking a case, closing it, looking something up. */
export const jobsWords = {
  actions: {
    nextUnread: "Next unread case",
    previousUnread: "Previous unread case",
    markRead: "Mark as read",
    peek: "Peek (hold, or Space again)",
    decide: "Decide about what somebody else changed, too",
    assignMe: "Assign to me, or no longer",
    close: "Close the case properly",
    nextMark: "Next line of the timeline (* pins)",
  },
  unread: {
    mark: "Unread",
    none: "No unread cases here.",
    read: (handle: string) => `${handle} is read`,
  },
  critical: (count: number) => `${grouped(count)} critical`,
  me: {
    unknown: (deployment: string) =>
      `${deployment} has not told whose key this is. Choose yourself under Assign.`,
    you: "you",
  },
  peek: {
    region: (handle: string) => `Peek at ${handle}`,
    place: (at: number, of: number) => `${grouped(at)} of ${grouped(of)}`,
    said: (title: string, alerts: number, hosts: number) =>
      `${title}. ${facts(alerts, hosts).join(", ")}`,
    facts: (alerts: number, hosts: number, rules: number) =>
      [...facts(alerts, hosts), ...(rules === 0 ? [] : [plural(rules, "rule", "rules")])].join(
        " · ",
      ),
    last: "Last entries",
    open: "open",
    edit: "edit",
    comment: "comment",
    close: "close",
    nothing: "No activity yet.",
  },
  closing: {
    title: (handle: string) => `Close ${handle}`,
    status: "Status",
    also: (alerts: number) => `Also closes ${plural(alerts, "alert", "alerts")}.`,
    stay: (alerts: number) =>
      alerts === 1
        ? "Its alert stays as it is: alerts do not follow this case."
        : `Its ${plural(alerts, "alert", "alerts")} stay as they are: alerts do not follow this case.`,
    held: "It is sent after 8 seconds; until then it can be taken back.",
    comment: "Closing comment",
    optional: "Optional",
    hint: "Enter closes the case, Shift Enter begins a line.",
    act: (alerts: number) =>
      alerts === 0 ? "Close case" : `Close case and ${plural(alerts, "alert", "alerts")}`,
    done: (alerts: number) =>
      alerts === 0 ? "Case closed" : `Case and ${plural(alerts, "alert", "alerts")} closed`,
    already: (handle: string) => `${handle} is closed already.`,
  },
  results: {
    label: "Where it was found",
    groups: {
      id: "Exact ids",
      observable: "Observables",
      alert: "Alerts",
      comment: "Comments",
      title: "Titles",
      description: "Descriptions",
      tag: "Tags",
      other: "Cases",
    },
    none: "Nothing on this computer holds it.",
    more: (count: number) => `${grouped(count)} more on the board`,
    said: (cases: number) => `${plural(cases, "case", "cases")}. Enter opens the first`,
    saidNone: "Found nowhere",
  },
  pins: {
    pin: "Pin",
    unpin: "Unpin",
    pinned: (place: number) => `Pinned, ${grouped(place)}`,
    done: (on: boolean, count: number) =>
      `${on ? "Pinned" : "No longer pinned"}, ${plural(count, "pin", "pins")}`,
    column: "Pin",
    shown: (from: string, to: string) => `${from} to ${to}`,
  },
  offline: {
    from: (time: string) => `Working from ${time}`,
    fromNothing: "Offline",
    offline: "You are offline. Everything you write is kept and sent later.",
    said: (names: string) => `${names} cannot be reached. What you write is kept and sent later`,
    back: (names: string) => `${names} is there again`,
    sent: (sent: number, needs: number) =>
      [
        ...(sent > 0 ? [`Sent ${grouped(sent)}`] : []),
        ...(needs > 0 ? [`${grouped(needs)} ${needs === 1 ? "needs" : "need"} you`] : []),
      ].join(", "),
  },
  conflict: {
    title: (handle: string) => `${handle} changed while you were editing`,
    lead: (fields: readonly string[]) =>
      `Somebody changed ${fields.join(" and ").toLowerCase()} too. Everything else is merged already.`,
    decide: "Decide",
    later: "Later",
    discard: "Discard mine",
  },
} as const;

function facts(alerts: number, hosts: number): string[] {
  return [
    plural(alerts, "alert", "alerts"),
    ...(hosts === 0 ? [] : [plural(hosts, "host", "hosts")]),
  ];
}
