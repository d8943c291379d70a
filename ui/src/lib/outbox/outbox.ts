import type { CaseRef, EntryCase, EntryView, EntryWhat, OutboxView } from "$lib/backend/backend";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";

/** What a person can do with an entry. */
export type EntryAct = "retry" | "send" | "notSent" | "undo" | "discard" | "review";

/** Whether nothing more comes of it by itself or by a person. */
export function isSettled({ state }: EntryView): boolean {
  return state === "done" || state === "cancelled";
}

/** Whether it waits for a person here; what agents propose is answered elsewhere. */
export function needsPerson({ asks, state }: EntryView): boolean {
  return state === "needsYou" || state === "refused" || asks;
}

/** Whether it is so far on its way that it can be taken back only once it is settled. */
export function isUnderWay(entry: EntryView): boolean {
  const { canUndo, state } = entry;
  return state !== "proposed" && !isSettled(entry) && !needsPerson(entry) && !canUndo;
}

export function hasConflict({ conflicts, why }: EntryView): boolean {
  return why === "conflict" && conflicts.length > 0;
}

/** What can be done now, the most useful first. */
export function actsFor(entry: EntryView): EntryAct[] {
  if (entry.asks) {
    return ["send", "discard"];
  }
  switch (entry.state) {
    case "proposed":
      return ["review"];
    case "needsYou":
    case "refused":
      return hasConflict(entry) ? ["discard"] : ["retry", "discard"];
    case "held":
      return ["notSent"];
    case "waiting":
      return entry.canUndo ? ["discard"] : [];
    case "done":
      return entry.canUndo ? ["undo"] : [];
    case "sending":
    case "checking":
    case "cancelled":
      return [];
  }
}

/** The text somebody wrote, if it writes one. */
export function textOf(what: EntryWhat): string | null {
  return what.kind === "addComment" || what.kind === "editComment" ? what.text : null;
}

/** What it writes, in a few words; several fields stand one behind the other. */
export function describe(what: EntryWhat): string {
  switch (what.kind) {
    case "createCase":
      return words.outbox.what.createCase(shown(what.title));
    case "editCase":
      return what.fields
        .map(({ field, value }) =>
          words.outbox.what.edit(words.field(field), showValue(field, value)),
        )
        .join(" · ");
    case "addComment":
      return words.outbox.what.addComment;
    case "editComment":
      return words.outbox.what.editComment;
    case "deleteAttachment":
      return what.nAlerts === 0
        ? words.outbox.what.deleteComment
        : words.outbox.what.detach(what.nAlerts);
    case "setAlertStatus":
      return words.outbox.what.setAlertStatus(
        what.nAlerts,
        words.alertStatus(what.status).toLowerCase(),
      );
    case "attachAlerts":
      return words.outbox.what.attach(what.nAlerts);
    case "deleteCase":
      return words.outbox.what.deleteCase(shown(what.title));
    case "push":
      return words.outbox.what.push;
  }
}

/** A field's value as people read it. */
export function showValue(field: string, value: readonly string[]): string {
  const [first] = value;
  if (first === undefined || (value.length === 1 && first === "")) {
    return words.outbox.none;
  }
  switch (field) {
    case "status":
      return shown(words.status(first));
    case "severity":
      return shown(words.severity(first));
    case "syncAlerts":
      return first === "true" ? words.outbox.on : words.outbox.off;
    default:
      return value.map(shown).join(", ");
  }
}

/** Everything that a person may want to keep of an entry before it goes. */
export function copyOf(what: EntryWhat): string {
  if (what.kind === "editCase") {
    return what.fields
      .map(({ field, value }) => `${words.field(field)}: ${value.join(", ")}`)
      .join("\n");
  }
  return textOf(what) ?? describe(what);
}

/** How many are on their way, and how many need a person. */
export type OutboxCounts = { waiting: number; needsYou: number };

export function countEntries(entries: readonly EntryView[]): OutboxCounts {
  const needsYou = entries.filter(needsPerson).length;
  const open = entries.filter((entry) => entry.state !== "proposed" && !isSettled(entry)).length;
  return { waiting: open - needsYou, needsYou };
}

/** Entries of one case, in the order in which they are sent. */
export type EntryGroup = { key: string; about: EntryCase; entries: EntryView[] };

/** Entries by case; a case stands where its first entry stands. */
export function groupEntries(
  entries: readonly EntryView[],
  cases: readonly EntryCase[],
): EntryGroup[] {
  const names = new Map(cases.map((about) => [caseKey(about.case), about]));
  const groups = new Map<string, EntryGroup>();
  for (const entry of entries) {
    const key = caseKey(entry.case);
    const group = groups.get(key) ?? {
      key,
      about: names.get(key) ?? unnamed(entry.case),
      entries: [],
    };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What a case is called where it needs a name: its handle, else where it lives; and where that is. */
export function nameOf(view: OutboxView | null, ref: CaseRef): { handle: string; place: string } {
  const about = view?.cases.find((one) => caseKey(one.case) === caseKey(ref)) ?? unnamed(ref);
  return { handle: about.handle ?? about.place, place: about.place };
}

/** Whole seconds until an entry is let go by a clock that ticks each second; `null` if it is not held. */
export function heldFor(entry: EntryView, now: number): number | null {
  if (entry.state !== "held" || entry.heldUntil === null) {
    return null;
  }
  return Math.max(0, Math.floor((Date.parse(entry.heldUntil) - now) / 1000));
}

export function caseKey({ id, source }: CaseRef): string {
  return `${source.deployment}/${source.space}/${id}`;
}

function unnamed(ref: CaseRef): EntryCase {
  return { case: ref, place: ref.source.space, handle: null, title: null };
}
