import type { AlertId, CaseRow, EntryView, NewStatus, SourceId } from "$lib/backend/backend";
import { countOutcomes } from "$lib/alert/alert";
import type { Report } from "$lib/alert/alert";
import { AlertsState } from "$lib/alert/alerts.svelte";
import type { DraggedAlerts } from "$lib/alert/drops.svelte";
import { IncidentState } from "$lib/alert/incident.svelte";
import type { Target } from "$lib/alert/target.svelte";
import type { TrayGroup } from "$lib/alert/tray";
import { sameCase } from "$lib/case/case";
import type { AlertsForCase } from "$lib/case/newcase.svelte";
import { pasted } from "$lib/shared/clipboard";
import { clockTime } from "$lib/shared/dates";
import { keyCaps } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { showScreen, showSpace } from "./acts";
import type { Parts } from "./parts.svelte";
import { refuses } from "./rights";
import { tellUndone } from "./writes";

/** What a person does with alerts that wait for a case. */

const told = words.tray;

/** Puts a text into the Tray, shows it, and looks up what it holds. */
export async function trayText(
  parts: Parts,
  text: string,
  how: "pasted" | "dropped",
): Promise<void> {
  const { announcer, clock, tray } = parts;
  const before = tray.count;
  showScreen(parts, "tray");
  const time = clockTime(new Date(clock.now).toISOString(), clock.zone, clock.now);
  const count = await tray.add(text, told.originAt(told.origin[how], time));
  announcer.say(
    tray.nothing ? told.nothing : told.added(count, Math.max(0, before + count - tray.count)),
  );
}

export async function pasteIntoTray(parts: Parts): Promise<void> {
  const text = await pasted();
  if (text === null) {
    parts.toasts.hint(told.name, words.say.pressPaste(keyCaps("Mod+V").join(" ")));
  } else if (text.trim() === "") {
    parts.toasts.hint(told.name, words.say.nothingToPaste);
  } else {
    await trayText(parts, text, "pasted");
  }
}

/** Takes a space into use, and looks there for what was found nowhere. */
export async function lookIn(parts: Parts, source: SourceId): Promise<void> {
  // The button that was pressed goes with the last such space.
  document.querySelector<HTMLElement>("[data-tray-screen]")?.focus();
  await showSpace(parts, source, true);
  await parts.tray.look(true);
}

export function clearTray({ announcer, tray }: Parts): void {
  const { count } = tray;
  tray.clear();
  announcer.say(told.cleared(count));
}

/** The source that keys are about: the one that has the focus, else the first. */
export function currentGroup({ tray }: Parts): TrayGroup | null {
  const { groups } = tray.sorted;
  const key =
    document.activeElement?.closest<HTMLElement>("[data-tray-group]")?.dataset["trayGroup"];
  return groups.find((group) => group.key === key) ?? groups[0] ?? null;
}

/** Attaches a source's alerts to what was chosen, or begins a new case with them. */
export async function chooseTarget(parts: Parts, group: TrayGroup, target: Target): Promise<void> {
  const ids = group.rows.map(({ found }) => found.id);
  if (target.kind === "case") {
    if (!refuses(parts, target.row, "comment")) {
      await attachFromTray(parts, target.row, ids);
    }
  } else {
    newCaseWith(parts, group);
  }
}

/** Attaches ids that were looked up, and tells what came of it. */
export async function attachFromTray(
  parts: Parts,
  row: Pick<CaseRow, "case" | "handle">,
  ids: readonly AlertId[],
  unknown = false,
): Promise<void> {
  const { announcer, outbox, tray } = parts;
  announcer.say(told.attaching(row.handle));
  const before = new Set(outbox.entries.map(({ id }) => id));
  const report = await tray.attach(row, ids, unknown);
  if (report !== null) {
    await tellAttached(parts, report, before);
  }
}

/** Says what came of a drop, and offers to take back exactly what it attached. */
export async function tellAttached(
  parts: Parts,
  report: Report,
  before: ReadonlySet<string>,
): Promise<void> {
  const { announcer, openCase, outbox, toasts, tray } = parts;
  await outbox.load();
  tray.follow(outbox.entries);
  const written = outbox.entries.filter(
    ({ case: ref, id, what }) =>
      !before.has(id) && what.kind === "attachAlerts" && sameCase(ref, report.case),
  );
  const summary = words.attach.summary(countOutcomes(report));
  announcer.say(summary);
  if (sameCase(openCase.open, report.case)) {
    await openCase.refresh();
  }
  if (written.length === 0) {
    toasts.hint(report.handle, summary);
  } else {
    offerUndoOf(parts, report.handle, summary, written);
  }
}

/** Offers to take back writes that belong together. */
function offerUndoOf(
  parts: Parts,
  handle: string,
  done: string,
  entries: readonly EntryView[],
): void {
  const ids = entries.map(({ id }) => id);
  parts.toasts.undoable(handle, done, {
    key: ids[0] ?? handle,
    countdown: () => "",
    action: {
      label: words.outbox.act.undo,
      title: words.outbox.undoHint,
      run: () => void undoAll(parts, ids),
    },
  });
}

async function undoAll(parts: Parts, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const entry = parts.outbox.find(id);
    if (entry !== null) {
      tellUndone(parts, await parts.outbox.undo(entry));
    }
  }
}

/** Begins a new case of the group's source with what its alerts say; they are attached once it is there. */
export function newCaseWith(parts: Parts, group: TrayGroup, status: NewStatus = "open"): void {
  const { newCase, shell, tray } = parts;
  newCase.begin(tray.target(group).draft, {
    source: group.source,
    place: group.name,
    ids: group.rows.map(({ found }) => found.id),
    status,
  });
  shell.dialog = { kind: "newCase" };
}

/** Gives a new case its alerts and its status. */
export async function fillNewCase(
  parts: Parts,
  entry: EntryView,
  place: string,
  { ids, status }: AlertsForCase,
): Promise<void> {
  const { backend, toasts } = parts;
  await attachFromTray(parts, { case: entry.case, handle: place }, ids);
  if (status !== "open") {
    const result = await backend.editCase(entry.case, { status, seen: { status: "open" } });
    if (result.status === "error") {
      toasts.problem(place, result.error, { place, safe: words.errors.safe.nothingChanged });
    }
  }
}

/** Begins a new case with those of these ids that live in one source; what lives elsewhere stays in the Tray. */
export async function newCaseFrom(
  parts: Parts,
  ids: readonly AlertId[],
  status: NewStatus,
): Promise<void> {
  const { tray } = parts;
  const groups = tray.sorted.groups.filter(({ rows }) =>
    rows.some(({ found }) => ids.includes(found.id)),
  );
  const [only, ...others] = groups;
  if (only === undefined || others.length > 0) {
    showScreen(parts, "tray");
    return;
  }
  const rows = only.rows.filter(({ found }) => ids.includes(found.id));
  await tray.target(only).ready;
  newCaseWith(parts, { ...only, rows }, status);
}

/** Alerts of the Tray let go over a case. */
export function dropOnCase(parts: Parts, row: CaseRow, { ids }: DraggedAlerts): void {
  void attachFromTray(parts, row, ids);
}

/** Asks before ids are attached that nobody knows. */
export function attachUnknown(parts: Parts, group: TrayGroup, ids: readonly AlertId[]): void {
  const { shell, tray } = parts;
  const { marked } = tray.target(group);
  if (marked?.kind === "case" && !refuses(parts, marked.row, "comment")) {
    shell.dialog = { kind: "unknown", row: marked.row, ids };
  }
}

export function showAlert(parts: Parts, source: SourceId, id: AlertId): void {
  const alerts = new AlertsState(parts.backend);
  parts.shell.dialog = { kind: "alerts", alerts };
  void alerts.show(source, id);
}

export function findAlerts(parts: Parts): void {
  parts.shell.dialog = { kind: "alerts", alerts: new AlertsState(parts.backend) };
}

/** Detaches alerts of a case, also out of a group that was attached together. */
export async function detachAlerts(parts: Parts, row: CaseRow, ids: AlertId[]): Promise<void> {
  const { backend, outbox, toasts } = parts;
  if (refuses(parts, row, "delete")) {
    return;
  }
  const result = await backend.detachAlerts(row.case, ids);
  if (result.status === "error") {
    toasts.problem(row.handle, result.error, {
      place: row.handle,
      safe: words.errors.safe.nothingChanged,
    });
    return;
  }
  await outbox.load();
  offerUndoOf(parts, row.handle, words.alert.detached(ids.length), result.data);
}

/** One case for each source of the Tray, linked with each other. */
export function openIncident(parts: Parts): void {
  const { backend, shell, tray } = parts;
  const drafts = tray.sorted.groups.map((group) => {
    const draft = tray.target(group).draft ?? {
      title: "",
      description: "",
      severity: "low",
      tags: [],
    };
    return {
      source: group.source,
      place: group.name,
      ids: group.rows.map(({ found }) => found.id),
      draft,
      title: draft.title,
    };
  });
  shell.dialog = { kind: "incident", incident: new IncidentState(backend, drafts) };
}

/** What the cases of an incident hold by now leaves the Tray. */
export function finishIncident(parts: Parts, { done }: IncidentState): void {
  const { outbox, tray } = parts;
  for (const { report } of done ?? []) {
    if (report !== null) {
      tray.took(report);
    }
  }
  void outbox.load();
}
