import type { MayBe, Reason } from "$lib/backend/backend";
import { grouped, plural, shortId, shown } from "./text";

const alerts = (count: number) => plural(count, "alert", "alerts");

/** Words of the Tray: alerts that wait for a case, and where they may belong. */
export const trayWords = {
  name: "Tray",
  region: "Tray",
  count: (count: number) => `Tray: ${plural(count, "id", "ids")} waiting`,
  head: (count: number) => plural(count, "id", "ids"),
  origin: { pasted: "pasted", dropped: "dropped", left: "left over from a case", find: "found" },
  originAt: (how: string, time: string) => `${how}, ${time}`,
  empty: "Nothing waits in the Tray.",
  emptyHint: (keys: string) =>
    `Drop or paste alert ids, Kibana links, JSON or CSV here. ${keys} works anywhere.`,
  paste: "Paste",
  clear: "Empty the Tray",
  cleared: (count: number) => `${plural(count, "id", "ids")} taken out of the Tray`,
  looking: (left: number) => `Looking up ${plural(left, "id", "ids")}…`,
  offline: (names: readonly string[]) =>
    `${names.map(shown).join(", ")} did not answer. What is there is looked up later.`,
  lookAgain: "Look again",
  lookIn: "Look in…",
  lookInHeading: "Look in a space not in use",
  lookInNote: "The space is in use from then on.",
  failed: "The ids are kept.",
  nothing: "No alert ids in this text.",
  added: (count: number, known: number) =>
    known === 0
      ? `${plural(count, "id", "ids")} in the Tray`
      : `${plural(count, "id", "ids")} in the Tray, ${grouped(known)} of them were there`,
  leftOut: "The text was too long: only its first 20 MB or 50,000 ids were read.",
  columns: "Which column holds the alert ids?",
  column: (name: string) => `Column ${shown(name)}`,
  links: "The text links to cases",
  openLink: (handle: string) => `Open ${handle}`,
  values: (count: number) =>
    `${plural(count, "indicator", "indicators")} in the text: values and no alerts.`,
  more: (count: number) => `Show ${grouped(count)} more`,
  group: (place: string, count: number) => `${alerts(count)} in ${shown(place)}`,
  isNew: "in no case",
  held: (n: number) => (n === 1 ? "in 1 case" : `in ${grouped(n)} cases`),
  heldBy: (handles: readonly string[]) => `in ${handles.join(", ")}`,
  unknownCases: "no case known",
  details: (id: string) => `Details of alert ${shortId(id)}`,
  remove: (id: string) => `Take ${shortId(id)} out of the Tray`,
  refused: (why: string) => `refused: ${shown(why)}`,
  waiting: "on its way, see the outbox",
  several: "In more than one source: choose where you mean it",
  choose: (place: string) => `In ${shown(place)}`,
  chooseFor: (id: string, place: string) => `${shortId(id)}: in ${shown(place)}`,
  notFound: (count: number) => `${plural(count, "id", "ids")} not found`,
  nowhere: "in no source in use",
  notAsked: (names: readonly string[]) => `could not ask ${names.map(shown).join(", ")}`,
  shortened: "this id is shortened; copy the full one",
  mayBe: (what: MayBe): string => {
    switch (what.kind) {
      case "fileHash":
        return "maybe a file hash";
      case "case":
        return `the id of a case: ${shown(what.title)}`;
      case "rule":
        return `the id of a rule in ${shown(what.source)}${what.name === null ? "" : `: ${shown(what.name)}`}`;
      case "agent":
        return `the id of an agent in ${shown(what.source)}${what.host === null ? "" : `: ${shown(what.host)}`}`;
      case "event":
        return "maybe an event";
    }
  },
  anyway: "Attach without its rule…",
  anywayWhere: "Mark the case first.",
  anywayTitle: (count: number) => `Attach ${plural(count, "id", "ids")} that nobody knows?`,
  anywayLead:
    "Kibana accepts ids of alerts that do not exist. The case will name the rule as unknown.",
  anywayDo: (count: number, handle: string) =>
    `Attach ${plural(count, "unknown id", "unknown ids")} to ${handle}`,
  attachTo: (count: number, place: string) => `Attach ${alerts(count)} of ${shown(place)} to`,
  attach: (count: number, handle: string) => `Attach ${alerts(count)} to ${handle}`,
  newCase: (place: string) => `New case in ${shown(place)}`,
  openNew: (count: number, place: string) => `New case in ${shown(place)} with ${alerts(count)}…`,
  goAlong: (count: number, place: string) => `${alerts(count)} of ${shown(place)} go to it.`,
  stayBehind: (count: number, place: string) =>
    `The ${alerts(count)} live in ${shown(place)}. A case elsewhere cannot take them; they stay in the Tray.`,
  closedCase: (handle: string) => `${handle} is closed, alerts cannot be added.`,
  suggesting: "Looking for cases that may fit…",
  suggestFailed: (place: string) => `Cases of ${shown(place)} can be searched.`,
  search: (place: string) => `Search cases in ${shown(place)}`,
  noMatch: "Nothing matches.",
  attaching: (handle: string) => `Attaching to ${handle}…`,
  attached: (count: number) => `${alerts(count)} attached`,
  left: (count: number) => `${grouped(count)} left in the Tray`,
  show: "Show the Tray",
  recent: "Attached in the last 24 hours",
  recentTo: (handle: string) => `to ${handle}`,
  incident: (count: number) => `One incident: a case in each of ${grouped(count)} sources…`,
  reasons: (reasons: readonly Reason[]) => reasons.map(reason).join(" · "),
  drag: (place: string) => `Drag onto a case of ${shown(place)}`,
};

/** What can be done with it. */
export const trayActionWords = {
  paste: "Put the clipboard into the Tray",
  find: "Find an alert…",
  incident: "One incident: a case in each source…",
  attach: "Attach to the marked case",
  choose: "Mark a case (1 to 9)",
  remove: "Take out of the Tray",
};

/** Words for what hovers over the window. */
export const dropWords = {
  toCase: (what: string, handle: string) => `Attach ${what} to ${handle}`,
  toNew: (what: string, status: string) => `New case in ${status} with ${what}`,
  toTray: "Put into the Tray and look up",
  toComposer: "Insert into the comment",
  alerts: (count: number) => alerts(count),
  some: "alerts",
  elsewhere: (place: string) => `These alerts live in ${shown(place)}`,
  closed: (handle: string) => `${handle} is closed, alerts cannot be added.`,
  closedColumn: "A closed case takes no alerts",
};

/** Words for an alert by itself. */
export const alertWords = {
  title: "Alerts anywhere",
  lead: "By id, host, user, rule, IP or hash, exactly, in every source in use.",
  search: "Find alerts",
  find: "Find",
  finding: "Looking in every source…",
  none: "No source in use has such an alert.",
  unasked: (names: readonly string[]) => `Could not ask ${names.map(shown).join(", ")}.`,
  there: (place: string, total: number) => `${shown(place)}: ${alerts(total)}`,
  newest: (shownNow: number, total: number) =>
    `the newest ${grouped(shownNow)} of ${grouped(total)}`,
  inNoCase: "in no case",
  open: (id: string) => `Alert ${shortId(id)}`,
  back: "Back to what was found",
  detail: (id: string, place: string) => `Alert ${shortId(id)} in ${shown(place)}`,
  gone: (time: string) =>
    time === ""
      ? "The alert is no longer in the index. This is what was kept of it."
      : `The alert is no longer in the index. Saved summary from ${time}.`,
  notNow: (time: string) =>
    time === "" ? "Kibana could not tell it now; this is older." : `As of ${time}.`,
  key: "Key fields",
  all: (count: number) => `All fields (${grouped(count)})`,
  filter: "Filter fields",
  raw: "Raw JSON",
  cases: "Cases with this alert",
  noCases: "No case of this source holds it.",
  status: "Status of the alert",
  set: (status: string, place: string) => `${status}, in ${shown(place)}`,
  setDone: (status: string) => `Alert ${status.toLowerCase()}`,
  noStatus: "Only alerts of a case are changed here: attach it first.",
  effect: (synced: readonly string[], others: readonly string[]): string =>
    [
      synced.length === 0
        ? ""
        : `${synced.join(", ")} ${synced.length === 1 ? "sets" : "set"} the status of alerts: the case stays as it is now, and its next change of status sets this alert again.`,
      others.length === 0
        ? ""
        : `${others.join(", ")} ${others.length === 1 ? "stays" : "stay"} as it is.`,
    ]
      .filter((part) => part !== "")
      .join(" "),
  toTray: "Put into the Tray",
  detach: (count: number) => `Detach ${alerts(count)}`,
  detached: (count: number) => `${alerts(count)} detached`,
};

/** Words for one incident in several sources. */
export const incidentWords = {
  title: "One incident in several sources",
  lead: "Alerts are attached only where they live: each source gets a case of its own, and every case names the others by handle and link.",
  caseTitle: (place: string) => `Title in ${shown(place)}`,
  alerts,
  create: (count: number) => `Create ${plural(count, "linked case", "linked cases")}`,
  creating: "Creating, attaching and linking…",
  missing: "A title is needed.",
  done: "The incident",
  linked: "linked with the others",
  notLinked: "not linked yet: not all cases are in Kibana",
  link: "Link now",
  nothing: "Nothing was created.",
};

function reason(reason: Reason): string {
  switch (reason.kind) {
    case "holdsAlerts":
      return reason.n === 1 ? "holds one of them" : `holds ${grouped(reason.n)} of them`;
    case "sameObservable":
      return `same observable ${shown(reason.value)}`;
    case "sameHost":
      return `same host ${shown(reason.host)}`;
    case "sameUser":
      return `same user ${shown(reason.user)}`;
    case "sameRule":
      return `same rule ${shown(reason.rule)}`;
    case "recent":
      return reason.minutes < 60
        ? `changed ${grouped(reason.minutes)} min ago`
        : reason.minutes < 24 * 60
          ? `changed ${grouped(Math.floor(reason.minutes / 60))} h ago`
          : `changed ${grouped(Math.floor(reason.minutes / 60 / 24))} d ago`;
    case "yours":
      return "assigned to you";
    case "inProgress":
      return "in progress";
    case "closed":
      return "reopen needed";
  }
}
