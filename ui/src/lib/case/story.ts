import type {
  ActivityEntry,
  AlertId,
  AttachedKind,
  CaseChange,
  HistoryEntry,
  Person,
} from "$lib/backend/backend";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";

/** Changes by one person within this time from the first of them are told in one line. */
const RUN = 5 * 60_000;

export type StoryKind = "comments" | "changes" | "attachments";

/** Alerts of one rule that were attached together, and the attachments that hold them. */
export type AlertGroup = {
  attachments: readonly string[];
  ruleName: string | null;
  alerts: AlertId[];
};

/** One line or box of the story. */
export type StoryItem = {
  key: string;
  at: string;
  by: Person;
  pending: ActivityEntry["pending"];
} & (
  | { kind: "comment"; entry: ActivityEntry; what: ActivityEntry["what"] & { kind: "comment" } }
  | { kind: "alerts"; groups: AlertGroup[] }
  | { kind: "other"; what: ActivityEntry["what"] & { kind: "other" } }
  | { kind: "changes"; changes: HistoryEntry[] }
);

/** What was attached and what was changed, in the order in which it was done; runs of small things are one item. */
export function tellStory(
  activity: readonly ActivityEntry[],
  history: readonly HistoryEntry[],
): StoryItem[] {
  const items: StoryItem[] = [];
  for (const item of inOrder(activity, history)) {
    const last = items.at(-1);
    if (last === undefined || !join(last, item)) {
      items.push(item);
    }
  }
  return items;
}

/** Whose line it is among the filters. */
export function kindOf({ kind }: StoryItem): StoryKind {
  switch (kind) {
    case "comment":
      return "comments";
    case "changes":
      return "changes";
    case "alerts":
    case "other":
      return "attachments";
  }
}

export type StoryFilter = { kind: StoryKind | "all"; person: string | null; text: string };

export const NO_FILTER: StoryFilter = { kind: "all", person: null, text: "" };

export function filterStory(items: readonly StoryItem[], filter: StoryFilter): StoryItem[] {
  const text = filter.text.trim().toLowerCase();
  return items.filter(
    (item) =>
      (filter.kind === "all" || kindOf(item) === filter.kind) &&
      (filter.person === null || item.by.name === filter.person) &&
      (text === "" || textOf(item).toLowerCase().includes(text)),
  );
}

/** How many lines each filter shows. */
export function countKinds(items: readonly StoryItem[]): Record<StoryKind | "all", number> {
  const counts = { all: items.length, comments: 0, changes: 0, attachments: 0 };
  for (const item of items) {
    counts[kindOf(item)] += 1;
  }
  return counts;
}

/** Everybody who stands in the story, by name. */
export function peopleOf(items: readonly StoryItem[]): string[] {
  const names = items.flatMap(({ by }) => (by.name === null ? [] : [by.name]));
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b));
}

/** The key of the first item that came after a person last looked; `null` if nothing did, or nobody ever looked. */
export function firstNew(items: readonly StoryItem[], lookedAt: string | null): string | null {
  if (lookedAt === null) {
    return null;
  }
  const since = Date.parse(lookedAt);
  // What we write ourselves and is not confirmed is not news.
  const news = items.find(({ at, pending }) => pending !== "added" && Date.parse(at) > since);
  return news?.key ?? null;
}

/** Until when the story tells what Kibana has; `null` for an empty one. */
export function newestOf(
  activity: readonly ActivityEntry[],
  history: readonly HistoryEntry[],
): string | null {
  const confirmed = activity.filter(({ pending }) => pending !== "added");
  const times = [...confirmed, ...history].map(({ at }) => at);
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

/** A run of changes in one line. */
export function summarize(
  changes: readonly HistoryEntry[],
  label: (key: string) => string,
): string {
  const [only] = changes;
  if (only !== undefined && changes.length === 1) {
    return describeChange(only.what, label);
  }
  const names = [...new Set(changes.map(({ what }) => words.story.short[what.kind]))];
  return words.story.changed(words.story.and(names));
}

/** One change in words; `label` names a custom field by its key. */
export function describeChange(change: CaseChange, label: (key: string) => string): string {
  const told = words.story.change;
  const list = (texts: readonly string[]) => words.story.and(texts.map(shown));
  const names = (people: readonly Person[]) =>
    list(people.map(({ name }) => name ?? words.app.nobody));
  switch (change.kind) {
    case "created":
    case "description":
      return told[change.kind];
    case "title":
      return told.title(shown(change.to));
    case "status":
      return told.status(
        change.from === null ? null : shown(words.status(change.from)),
        shown(words.status(change.to)),
      );
    case "severity":
      return told.severity(
        change.from === null ? null : shown(words.severity(change.from)),
        shown(words.severity(change.to)),
      );
    case "category":
      return told.category(change.to === null ? null : shown(change.to));
    case "tagsAdded":
    case "tagsRemoved":
      return told[change.kind](list(change.tags));
    case "assigned":
    case "unassigned":
      return told[change.kind](names(change.people));
    case "attached":
    case "removed":
      return told[change.kind](describeAttached(change.what));
    case "observables":
      return told.observables(change.count);
    case "syncAlerts":
      return change.on ? told.syncOn : told.syncOff;
    case "connector":
      return told.connector(shown(change.name));
    case "customFields":
      return told.customFields(list(change.keys.map(label)));
    case "pushed":
      return told.pushed(change.connector === null ? null : shown(change.connector));
    case "other":
      return told.other(shown(change.typeName), shown(change.action));
  }
}

/** A comment as somebody answers it: every line behind a mark of Markdown. */
export function quote(text: string): string {
  return `${text
    .trim()
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n")}\n\n`;
}

function describeAttached(what: AttachedKind): string {
  switch (what.kind) {
    case "comment":
      return words.story.attachment.comment;
    case "alerts":
      return words.story.attachment.alerts(what.count);
    case "other":
      return words.story.attachment.other(shown(what.typeName));
  }
}

function inOrder(
  activity: readonly ActivityEntry[],
  history: readonly HistoryEntry[],
): StoryItem[] {
  const changes = history.map((change): StoryItem => {
    const { id, at, by } = change;
    return { kind: "changes", key: `change ${id}`, at, by, pending: null, changes: [change] };
  });
  const attached = activity.map((entry, index): StoryItem => {
    const { at, by, id, pending, what } = entry;
    const common = { key: id ?? `unsaved ${index}`, at, by, pending };
    switch (what.kind) {
      case "comment":
        return { ...common, kind: "comment", entry, what };
      case "alerts": {
        const { alerts, ruleName } = what;
        const attachments = id === null ? [] : [id];
        return { ...common, kind: "alerts", groups: [{ attachments, ruleName, alerts }] };
      }
      case "other":
        return { ...common, kind: "other", what };
    }
  });
  // A stable order: what was done at once stands as it was told, changes first.
  return [...changes, ...attached].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Takes an item into the one before it, if both are one run by one person. */
function join(last: StoryItem, item: StoryItem): boolean {
  const close = Date.parse(item.at) - Date.parse(last.at) <= RUN;
  if (!close || last.by.name !== item.by.name || last.pending !== item.pending) {
    return false;
  }
  if (last.kind === "changes" && item.kind === "changes") {
    // The beginning of a case stands for itself.
    if (last.changes.some(({ what }) => what.kind === "created")) {
      return false;
    }
    last.changes.push(...item.changes);
    return true;
  }
  if (last.kind === "alerts" && item.kind === "alerts") {
    last.groups.push(...item.groups);
    return true;
  }
  return false;
}

function textOf(item: StoryItem): string {
  switch (item.kind) {
    case "comment":
      return item.what.text;
    case "alerts":
      return item.groups
        .map(({ ruleName, alerts }) => [ruleName ?? "", ...alerts].join(" "))
        .join(" ");
    case "other":
      return item.what.typeName;
    case "changes":
      return item.changes.map(({ what }) => describeChange(what, (key) => key)).join(" ");
  }
}
