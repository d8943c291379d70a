import type { CaseRow, EntryView, NewStatus } from "$lib/backend/backend";
import { BulkState } from "$lib/case/bulk.svelte";
import type { BulkField } from "$lib/case/bulk";
import { sameCase } from "$lib/case/case";
import { heldFor } from "$lib/outbox/outbox";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { currentRow } from "./acts";
import { casesOf, focusCases } from "./cases";
import type { Parts } from "./parts.svelte";
import { changeable } from "./rights";
import { changeStatus, offerUndo, tellUndone } from "./writes";

/** Which cases are selected, and what is done to all of them. */

/** What a click on a card or row does to the selection, by what is held down with it. */
export type Selecting = "one" | "range";

/** How a click selects, if it does. */
export function selectingOf(event: MouseEvent): Selecting | null {
  if (event.shiftKey) {
    return "range";
  }
  return event.ctrlKey || event.metaKey ? "one" : null;
}

export async function select(parts: Parts, row: CaseRow, how: Selecting): Promise<void> {
  const { selection } = parts;
  const cases = casesOf(parts);
  if (how === "range") {
    selection.add(await cases.between(selection.anchor ?? cases.focused ?? row, row));
    say(parts, words.bulk.say.all(selection.size));
  } else {
    toggle(parts, row);
  }
  cases.focusRow(row);
}

/** What keys and drags are about: all that is selected, else the one. */
export function chosenWith({ selection }: Parts, row: CaseRow): readonly CaseRow[] {
  return selection.has(row) ? selection.rows : [row];
}

/** What a move of a case takes along: all that are selected with it and may be changed. */
export function movedWith(parts: Parts, row: CaseRow): readonly CaseRow[] {
  return changeable(parts, chosenWith(parts, row));
}

/** Opens the sheet for all that is selected, else for the case that keys are about. */
export function openBulk(parts: Parts, field: BulkField): void {
  const { backend, deployments, selection, shell } = parts;
  const row = currentRow(parts);
  const rows = selection.size > 0 ? selection.rows : row === null ? [] : [row];
  if (rows.length > 0) {
    const bulk = new BulkState(backend, rows, field, (source, right) =>
      deployments.forbids(source, right),
    );
    void bulk.load();
    shell.dialog = { kind: "bulk", bulk };
  }
}

/** Opens the sheet if anything is selected and the keyboard is not in an open case; answers whether it did. */
export function bulkInstead(parts: Parts, field: BulkField): boolean {
  const inPane = document.activeElement?.closest("[data-open-case]") !== null;
  const opens = parts.selection.size > 0 && !inPane;
  if (opens) {
    openBulk(parts, field);
  }
  return opens;
}

/** Does what the sheet says. */
export async function submitBulk(parts: Parts, bulk: BulkState): Promise<void> {
  const what = words.bulk.submit(bulk.field, bulk.nCases);
  const skipped = bulk.nLocked;
  const entries = await bulk.submit();
  if (entries !== null) {
    parts.shell.dialog = null;
    parts.selection.clear();
    focusCases(parts);
    begun(parts, entries, bulk.rows, { what, skipped });
  }
}

/** Moves a case, and all that are selected with it, to another status. */
export async function moveTo(parts: Parts, row: CaseRow, status: NewStatus): Promise<void> {
  const chosen = chosenWith(parts, row);
  if (chosen.length === 1) {
    await changeStatus(parts, row, status);
    return;
  }
  const rows = changeable(parts, chosen);
  const skipped = chosen.length - rows.length;
  const cases = rows.map((one) => ({ ...one.case }));
  const result = await parts.backend.editCases([{ cases, edit: { status } }]);
  if (result.status === "error") {
    const place = words.bulk.subject(rows.length);
    parts.toasts.problem(place, result.error, { place, safe: words.errors.safe.nothingChanged });
  } else {
    parts.selection.clear();
    begun(parts, result.data, rows, { what: words.say.moved(words.status(status)), skipped });
  }
}

/** Tells of a bulk that was taken in, and of what was skipped, and offers to take it back. */
function begun(
  parts: Parts,
  entries: readonly EntryView[],
  rows: readonly CaseRow[],
  { what, skipped }: { what: string; skipped: number },
): void {
  const { announcer, bulkRun, clock, outbox, toasts } = parts;
  const [first] = entries;
  const also = (told: string) =>
    skipped === 0 ? told : `${told} · ${words.bulk.skipped(skipped)}`;
  if (first === undefined) {
    announcer.say(also(words.bulk.say.nothing));
    return;
  }
  if (entries.length === 1) {
    const row = rows.find((one) => sameCase(one.case, first.case));
    offerUndo(parts, first, row?.handle ?? "", also(what));
    return;
  }
  bulkRun.begin(entries, rows);
  announcer.say(also(words.bulk.say.begun(entries.length)));
  toasts.undoable(words.bulk.subject(entries.length), also(what), {
    key: first.bulk ?? first.id,
    countdown: () => {
      const held = heldFor(outbox.find(first.id) ?? first, clock.now);
      return held === null || held === 0 ? "" : words.outbox.heldFor(held);
    },
    action: {
      label: words.outbox.act.undo,
      title: first.state === "held" ? words.outbox.notSentHint : words.outbox.undoHint,
      run: () => {
        void undoBulk(parts);
      },
    },
  });
}

/** Takes the newest bulk back, each of its cases. */
export async function undoBulk(parts: Parts): Promise<void> {
  const { announcer, bulkRun, outbox } = parts;
  const { entries } = bulkRun;
  const open = entries.filter(({ state }) => state !== "cancelled");
  const undone = await outbox.undoAll(open);
  bulkRun.took(undone.flatMap((one) => (one.kind === "undone" ? [one.entry.id] : [])));
  for (const one of undone) {
    if (one.kind === "failed") {
      tellUndone(parts, one);
    }
  }
  announcer.say(words.bulk.over(bulkRun.progress));
}

/** Tries those again that failed. */
export async function retryBulk({ bulkRun, outbox }: Parts): Promise<void> {
  for (const { id } of bulkRun.failed) {
    await outbox.retry(id);
  }
}

/** Tells how a bulk ended, once. */
export function followBulk({ announcer, bulkRun, outbox }: Parts): void {
  if (bulkRun.note(outbox.entries)) {
    announcer.say(words.bulk.over(bulkRun.progress));
  }
}

export function clearSelection(parts: Parts): void {
  parts.selection.clear();
  say(parts, words.bulk.say.none);
}

export function selecting(parts: Parts): Action[] {
  const { board, selection, shell } = parts;
  const still = () => board.move === null && board.board !== null && shell.screen === shell.cases;
  const some = () => still() && selection.size > 0;
  const told = words.bulk.actions;
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    over: Partial<Action> = {},
  ): Action => ({
    id,
    title,
    group: told.group,
    where: "cases",
    shortcut,
    enabled: still,
    run,
    ...over,
  });
  return [
    action(
      "select",
      told.select,
      ["x"],
      () => {
        const { focused } = casesOf(parts);
        if (focused !== null) {
          toggle(parts, focused);
        }
      },
      { menuTitle: told.selectOnly },
    ),
    action(
      "extend-down",
      told.extendDown,
      ["Shift+J", "Shift+ArrowDown"],
      () => {
        extend(parts, 1);
      },
      { keyOnly: true },
    ),
    action(
      "extend-up",
      told.extendUp,
      ["Shift+K", "Shift+ArrowUp"],
      () => {
        extend(parts, -1);
      },
      { keyOnly: true },
    ),
    action("select-all", told.all, ["Mod+a"], () => void selectAll(parts)),
    action(
      "select-none",
      told.none,
      ["Mod+Shift+A"],
      () => {
        clearSelection(parts);
      },
      { enabled: some },
    ),
    action(
      "bulk",
      told.bulk,
      ["b"],
      () => {
        openBulk(parts, "status");
      },
      {
        choices: () =>
          (["status", "severity", "assignees", "tags", "category"] as const).map((field) => ({
            id: field,
            title: words.bulk.fields[field],
            run: () => {
              openBulk(parts, field);
            },
          })),
        enabled: () => still() && (selection.size > 0 || currentRow(parts) !== null),
      },
    ),
  ];
}

function toggle(parts: Parts, row: CaseRow): void {
  const { selection } = parts;
  const told = selection.toggle(row) ? words.bulk.say.selected : words.bulk.say.unselected;
  say(parts, told(row.handle, selection.size));
}

/** Takes the next case in; back over what is selected it lets the last one go. */
function extend(parts: Parts, by: 1 | -1): void {
  const { selection } = parts;
  const cases = casesOf(parts);
  const before = cases.focused;
  if (before === null || !cases.hasFocus) {
    cases.moveFocus(0);
    return;
  }
  cases.moveFocus(by);
  const after = cases.focused;
  selection.anchor ??= before;
  if (after === null || after === before) {
    selection.add([before]);
  } else if (selection.has(after) && selection.has(before)) {
    selection.toggle(before);
  } else {
    selection.add([before, after]);
  }
  say(parts, words.bulk.say.all(selection.size));
}

/** All of the column or list; what is selected already is followed by all of the board. */
async function selectAll(parts: Parts): Promise<void> {
  const { selection } = parts;
  const cases = casesOf(parts);
  const some = await cases.ofGroup();
  const had = some.every((row) => selection.has(row));
  selection.add(had ? await cases.all() : some);
  say(parts, words.bulk.say.all(selection.size));
}

function say({ announcer }: Parts, text: string): void {
  announcer.say(text);
}
