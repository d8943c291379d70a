import { tick } from "svelte";
import type { CaseDetail, CaseRow, EntryView } from "$lib/backend/backend";
import { ClosingState } from "$lib/case/closing.svelte";
import { words } from "$lib/shared/words";
import { focusCases } from "./cases";
import { detailOf } from "./edits";
import type { Parts } from "./parts.svelte";
import { refuses } from "./rights";
import { offerUndo } from "./writes";

/** Closing a case properly: with what becomes of its alerts told before, and a last word. */

export async function beginClosing(parts: Parts, row: CaseRow): Promise<void> {
  if (row.status === "closed") {
    parts.announcer.say(words.jobs.closing.already(row.handle));
    return;
  }
  if (refuses(parts, row)) {
    return;
  }
  const held = document.activeElement;
  const detail = await parts.shell.untilThere(detailOf(parts, row));
  if (detail !== null) {
    const form = new ClosingState(parts.backend, detail, held instanceof HTMLElement ? held : null);
    parts.shell.dialog = { kind: "closing", form };
  }
}

/** Alerts that close with a case. */
export function nClosing({ row, syncAlerts }: CaseDetail): number {
  return syncAlerts ? row.nAlerts : 0;
}

/** Closes the case, then says the last word. Both are taken back together. */
export async function finishClosing(parts: Parts, form: ClosingState): Promise<void> {
  const { detail } = form;
  const { handle } = detail.row;
  const written = await form.send();
  if (written === null) {
    return; // The dialog says why.
  }
  leaveClosing(parts, form);
  const [closed, ...comments]: EntryView[] = written;
  if (closed !== undefined) {
    offerUndo(parts, closed, handle, words.jobs.closing.done(nClosing(detail)), comments);
  }
}

/** The keyboard goes back to where it was. */
export function leaveClosing(parts: Parts, { held }: ClosingState): void {
  parts.shell.dialog = null;
  if (held?.closest("[data-open-case]")) {
    // The dialog has the focus until it is gone.
    void tick().then(() => {
      held.focus();
    });
  } else {
    focusCases(parts);
  }
}
