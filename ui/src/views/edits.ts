import type {
  CaseDetail,
  CaseEdit,
  CaseRow,
  CommandError,
  CustomValue,
  EntryView,
} from "$lib/backend/backend";
import { tick } from "svelte";
import { alertLine } from "$lib/case/alerts";
import { draftKey, sameCase, split } from "$lib/case/case";
import { PickState } from "$lib/case/edit.svelte";
import type { PickedField } from "$lib/case/edit.svelte";
import { toEntryError } from "$lib/backend/errors";
import { editOf, ticked } from "$lib/case/properties";
import type { CustomField } from "$lib/case/properties";
import { quote } from "$lib/case/story";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import { comment, currentRow } from "./acts";
import { focusCases } from "./cases";
import type { Parts } from "./parts.svelte";
import { reasonAgainst, refuses, rightFor } from "./rights";
import { offerUndo, sendComment } from "./writes";

/** Changes of an open or focused case, from its properties to its comments. Each can be taken back. */

/** Changes fields of a case; tells why not, if it was refused. */
export async function edit(
  parts: Parts,
  row: CaseRow,
  wanted: CaseEdit,
  done: string,
): Promise<CommandError | null> {
  if (reasonAgainst(parts, row, rightFor(wanted)) !== null) {
    return toEntryError("forbidden");
  }
  const result = await parts.backend.editCase(row.case, wanted);
  if (result.status === "error") {
    return result.error;
  }
  written(parts, row, result.data, done);
  return null;
}

/** The same, where there is no place beside what was changed to say why not. */
export async function editOrTell(
  parts: Parts,
  row: CaseRow,
  wanted: CaseEdit,
  done: string,
): Promise<boolean> {
  const error = await edit(parts, row, wanted, done);
  if (error !== null) {
    refused(parts, row, error);
  }
  return error === null;
}

/** Opens the list of values of a field beside its button in the pane, or beside the card. */
export async function pick(
  parts: Parts,
  field: PickedField,
  row: CaseRow,
  anchor: HTMLElement,
): Promise<void> {
  const { backend, shell } = parts;
  if (refuses(parts, row, field === "assignees" ? "assign" : "write")) {
    return;
  }
  // Severities are the same everywhere, and digits may follow at once.
  const fields =
    field === "severity" ? null : ((await shell.untilThere(detailOf(parts, row)))?.fields ?? null);
  if (field === "severity" || fields !== null) {
    shell.pick = new PickState(backend, field, anchor, row, fields);
  }
}

/** All of a case, as it is open or as the core has it; tells why not, if that fails. */
export async function detailOf(parts: Parts, row: CaseRow): Promise<CaseDetail | null> {
  const { backend, openCase } = parts;
  if (sameCase(openCase.open, row.case) && openCase.detail !== null) {
    return openCase.detail;
  }
  const result = await backend.openCase(row.case);
  if (result.status === "error") {
    refused(parts, row, result.error);
    return null;
  }
  return result.data;
}

/** Opens it for the case that keys are about. */
export function pickCurrent(parts: Parts, field: PickedField): void {
  const row = currentRow(parts);
  const anchor = row === null ? null : anchorFor(row, field);
  if (row !== null && anchor !== null) {
    void pick(parts, field, row, anchor);
  }
}

/** What was chosen or unchosen in an open list. */
export async function choose(parts: Parts, picked: PickState, key: string): Promise<void> {
  const { field, row } = picked;
  const before = picked.chosen;
  const had = before.includes(key);
  switch (field) {
    case "severity":
      await editOrTell(
        parts,
        row,
        { severity: key, seen: { severity: row.severity } },
        words.edit.done.severity(words.severity(key)),
      );
      return;
    case "category": {
      const name = key === "" ? words.edit.none : shown(key);
      await editOrTell(
        parts,
        row,
        editOf("category", key, before[0] ?? ""),
        words.edit.done.category(name),
      );
      return;
    }
    case "tags":
    case "assignees": {
      const mine = had ? before.filter((one) => one !== key) : [...before, key];
      picked.chosen = mine;
      const { assigned, tagged, unassigned, untagged } = words.edit.done;
      const done =
        field === "tags"
          ? (had ? untagged : tagged)(shown(key))
          : (had ? unassigned : assigned)(shown(picked.nameOf(key)));
      const kept = await editOrTell(parts, row, editOf(field, [...mine], [...before]), done);
      if (!kept && picked.chosen === mine) {
        picked.chosen = before;
      }
    }
  }
}

export function closePick(parts: Parts): void {
  const { shell } = parts;
  const anchor = shell.pick?.anchor;
  shell.pick = null;
  if (anchor?.closest("[data-open-case]")) {
    // The list has the focus until it is gone.
    void tick().then(() => {
      anchor.focus();
    });
  } else {
    focusCases(parts);
  }
}

/** Assigns the case to the person whose key it is read with, or takes that back. */
export async function assignMe(parts: Parts, row: CaseRow): Promise<void> {
  if (refuses(parts, row, "assign")) {
    return;
  }
  const { deployment } = row.case.source;
  const me = parts.deployments.list?.find(({ id }) => id === deployment)?.me ?? null;
  if (me === null) {
    const why = words.jobs.me.unknown(row.deploymentName);
    parts.toasts.hint(row.handle, why);
    parts.announcer.say(why);
    return;
  }
  const seen = (await detailOf(parts, row))?.fields.assignees;
  if (seen !== undefined) {
    const had = seen.includes(me);
    const mine = had ? seen.filter((one) => one !== me) : [...seen, me];
    const { assigned, unassigned } = words.edit.done;
    const done = (had ? unassigned : assigned)(words.jobs.me.you);
    await editOrTell(parts, row, editOf("assignees", mine, seen), done);
  }
}

/** Clicks the button in the pane that begins an edit in place. */
export function beginEdit(field: "title" | "description"): void {
  document.querySelector<HTMLElement>(`[data-open-case] [data-edit="${field}"]`)?.click();
}

export function setTitle(
  parts: Parts,
  { fields, row }: CaseDetail,
  title: string,
): Promise<CommandError | null> {
  const done = words.edit.done.field(words.field("title"));
  return edit(parts, row, editOf("title", title, fields.title), done);
}

export function setSync(parts: Parts, { row, syncAlerts }: CaseDetail, on: boolean): void {
  const done = words.edit.done.field(words.field("syncAlerts"));
  void editOrTell(parts, row, { syncAlerts: on, seen: { syncAlerts } }, done);
}

export async function setCustom(
  parts: Parts,
  { row }: CaseDetail,
  { form, value: seen }: CustomField,
  value: CustomValue,
): Promise<CommandError | null> {
  const { key, kind, label } = form;
  const wanted: CaseEdit = {
    customFields: [{ key, value }],
    seen: { customFields: [{ key, value: seen }] },
  };
  const error = await edit(parts, row, wanted, words.edit.done.field(shown(label)));
  if (error !== null && kind === "toggle") {
    refused(parts, row, error); // A switch has no place for words.
  }
  return error;
}

/** Begins to change a text of a case, where the key may. */
export function beginText(parts: Parts, row: CaseRow, what: string, text: string): void {
  if (!refuses(parts, row)) {
    parts.texts.begin(textKey(row, what), text);
  }
}

/** Names the text of a case that is being changed. */
export function textKey(row: CaseRow, what: string): string {
  return `${draftKey(row.case)}/${what}`;
}

export async function saveDescription(parts: Parts, { row }: CaseDetail): Promise<void> {
  const key = textKey(row, "description");
  const edited = parts.texts.of(key);
  const done = words.edit.done.field(words.field("description"));
  const kept = await edited?.save((text) =>
    edit(parts, row, editOf("description", text, edited.base), done),
  );
  if (kept === true) {
    parts.texts.end(key);
    await parts.openCase.refresh();
  }
}

/** Ticks a task of the description: one character, merged by line like any change of it. */
export function tickTask(
  parts: Parts,
  { fields, row }: CaseDetail,
  markAt: number,
  on: boolean,
): void {
  const text = ticked(fields.description, markAt, on);
  if (text !== null) {
    const done = on ? words.edit.done.ticked : words.edit.done.unticked;
    void editOrTell(parts, row, editOf("description", text, fields.description), done);
  }
}

export async function saveComment(parts: Parts, row: CaseRow, id: string): Promise<void> {
  const key = textKey(row, id);
  const edited = parts.texts.of(key);
  const kept = await edited?.save((text) => editComment(parts, row, id, edited.base, text));
  if (kept === true) {
    parts.texts.end(key);
    await parts.openCase.refresh();
  }
}

export async function tickComment(
  parts: Parts,
  row: CaseRow,
  id: string,
  text: string,
  markAt: number,
  on: boolean,
): Promise<void> {
  const mine = ticked(text, markAt, on);
  const error = mine === null ? null : await editComment(parts, row, id, text, mine);
  if (error !== null) {
    refused(parts, row, error);
  }
}

/** Deletes a comment, or detaches alerts. */
export async function remove(
  parts: Parts,
  row: CaseRow,
  attachments: readonly string[],
  isComment: boolean,
): Promise<void> {
  const { commentDeleted, detached } = words.edit.done;
  if (refuses(parts, row, "delete")) {
    return;
  }
  for (const attachment of attachments) {
    const result = await parts.backend.deleteAttachment(row.case, attachment);
    if (result.status === "error") {
      refused(parts, row, result.error);
      return;
    }
    written(parts, row, result.data, isComment ? commentDeleted : detached);
  }
}

/** Pins something on the timeline, on this computer alone, or takes the pin away. */
export async function pin(
  parts: Parts,
  { pinned, row }: CaseDetail,
  mark: string,
  on: boolean,
): Promise<void> {
  const result = await parts.backend.pin(row.case, mark, on);
  if (result.status === "error") {
    refused(parts, row, result.error);
  } else {
    const others = pinned.filter((other) => other !== mark).length;
    parts.announcer.say(words.jobs.pins.done(on, others + (on ? 1 : 0)));
  }
}

/** Puts a comment, as a quotation, into the composer. */
export function quoteText(parts: Parts, row: CaseRow, text: string): void {
  const draft = parts.drafts.of(row.case);
  draft.text = `${draft.text === "" ? "" : `${draft.text.trimEnd()}\n\n`}${quote(text)}`;
  comment(parts, row.case);
}

/** Puts alerts, one line each, into the composer. */
export function insertAlerts(
  parts: Parts,
  row: CaseRow,
  alerts: NonNullable<CaseDetail["alerts"]>,
): void {
  const draft = parts.drafts.of(row.case);
  const lines = alerts.map(alertLine).join("\n");
  draft.text = `${draft.text === "" ? "" : `${draft.text.trimEnd()}\n\n`}${lines}\n`;
  parts.openCase.tab = "story";
  comment(parts, row.case);
}

/** Sends a text that is too long for one comment as two. */
export async function sendInTwo(parts: Parts, row: CaseRow): Promise<void> {
  const draft = parts.drafts.of(row.case);
  const halves = split(draft.text);
  if (halves !== null) {
    const [first, second] = halves;
    draft.text = first;
    await sendComment(parts, row);
    // What was not taken stays where it was typed, with what comes after it.
    draft.text = draft.text === "" ? second : `${draft.text}${second}`;
    if (draft.error === null) {
      await sendComment(parts, row);
    }
  }
}

async function editComment(
  parts: Parts,
  row: CaseRow,
  id: string,
  seen: string,
  text: string,
): Promise<CommandError | null> {
  if (reasonAgainst(parts, row) !== null) {
    return toEntryError("forbidden");
  }
  const result = await parts.backend.editComment(row.case, id, seen, text);
  if (result.status === "error") {
    return result.error;
  }
  written(parts, row, result.data, words.edit.done.commentChanged);
  return null;
}

function written(parts: Parts, row: CaseRow, entry: EntryView | null, done: string): void {
  if (entry !== null) {
    offerUndo(parts, entry, row.handle, done);
  }
}

function refused({ toasts }: Parts, row: CaseRow, error: CommandError): void {
  toasts.problem(row.handle, error, {
    place: row.handle,
    safe: words.errors.safe.nothingChanged,
  });
}

/** The field's button if the focus is in the pane, else the case's card or row. */
function anchorFor({ case: { id, source } }: CaseRow, field: PickedField): HTMLElement | null {
  const inPane = document.activeElement?.closest("[data-open-case]");
  const button = `[data-edit="${field}"]`;
  return (
    inPane?.querySelector<HTMLElement>(button) ??
    document.querySelector<HTMLElement>(
      `[data-case="${CSS.escape(id)}"][data-space="${CSS.escape(source.space)}"]`,
    ) ??
    document.querySelector<HTMLElement>(`[data-open-case] ${button}`)
  );
}
