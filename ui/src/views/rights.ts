import type { CaseEdit, CaseRow } from "$lib/backend/backend";
import type { Right } from "$lib/deployment/deployments.svelte";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import type { Parts } from "./parts.svelte";

/** What keys may not do, told before it is tried. Kibana judges all the same. */

/** Why the key may not do this with the case; `null` if it may, or if nobody knows. */
export function reasonAgainst(
  { deployments }: Parts,
  { case: { source }, deploymentName, spaceName }: CaseRow,
  right: Right = "write",
): string | null {
  return deployments.forbids(source, right)
    ? words.rights.mayNot(right, words.source(deploymentName, shown(spaceName)))
    : null;
}

/** Tells why the key may not do this with the case, if so; answers whether so. */
export function refuses(parts: Parts, row: CaseRow, right: Right = "write"): boolean {
  const why = reasonAgainst(parts, row, right);
  if (why !== null) {
    parts.toasts.hint(row.handle, why);
    parts.announcer.say(why);
  }
  return why !== null;
}

/** Those of the cases that may be changed. */
export function changeable({ deployments }: Parts, rows: readonly CaseRow[]): CaseRow[] {
  return rows.filter((row) => !deployments.forbids(row.case.source, "write"));
}

/** The right that a change needs. */
export function rightFor(wanted: CaseEdit): Right {
  return (wanted.assignees ?? null) === null ? "write" : "assign";
}

/** Opens the menu of statuses, where the key may change the status. */
export function openStatusMenu(parts: Parts, row: CaseRow, anchor: HTMLElement): void {
  if (!refuses(parts, row)) {
    parts.shell.statusMenu = { row, anchor };
  }
}
