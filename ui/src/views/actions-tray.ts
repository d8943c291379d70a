import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { showScreen } from "./acts";
import type { Parts } from "./parts.svelte";
import {
  chooseTarget,
  clearTray,
  currentGroup,
  findAlerts,
  openIncident,
  pasteIntoTray,
} from "./trays";

/** Digit keys that choose a case. */
const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What can be done with alerts that wait for a case. */
export function traying(parts: Parts): Action[] {
  const { app, board, shell, tray } = parts;
  const { groups } = words.actions;
  const shown = () => shell.screen === "tray" && !parts.openCase.page;
  const chooses = () => shown() && currentGroup(parts) !== null && !inOwnControl();
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    over: Partial<Action> = {},
  ): Action => ({
    id,
    title,
    group: groups.act,
    shortcut,
    enabled: () => app.info !== null && board.move === null,
    run,
    ...over,
  });
  return [
    action(
      "go-tray",
      words.tray.name,
      ["g t"],
      () => {
        showScreen(parts, "tray");
      },
      { group: groups.go },
    ),
    action("paste-tray", words.trayActions.paste, [], () => void pasteIntoTray(parts), {
      also: words.tray.name,
    }),
    action(
      "find-alerts",
      words.trayActions.find,
      [],
      () => {
        findAlerts(parts);
      },
      { also: words.alert.title },
    ),
    action(
      "clear-tray",
      words.tray.clear,
      [],
      () => {
        clearTray(parts);
      },
      { enabled: () => tray.count > 0 },
    ),
    action(
      "incident",
      words.trayActions.incident,
      [],
      () => {
        openIncident(parts);
      },
      { enabled: () => tray.sorted.groups.length > 1 },
    ),
    action(
      "attach-tray",
      words.trayActions.attach,
      ["Enter"],
      () => {
        const group = currentGroup(parts);
        const marked = group === null ? null : tray.target(group).marked;
        if (group !== null && marked !== null) {
          void chooseTarget(parts, group, marked);
        }
      },
      { enabled: chooses, keyOnly: true, where: "tray" },
    ),
    ...DIGITS.map((digit) =>
      action(
        `tray-target-${digit}`,
        words.trayActions.choose,
        [String(digit)],
        () => {
          const group = currentGroup(parts);
          if (group !== null) {
            tray.target(group).mark(digit - 1);
          }
        },
        { enabled: chooses, keyOnly: true, where: "tray", fixedKeys: true },
      ),
    ),
    action(
      "remove-from-tray",
      words.trayActions.remove,
      ["Backspace", "Delete"],
      () => {
        const id = focusedId();
        if (id !== null) {
          tray.remove([id]);
          document.querySelector<HTMLElement>("[data-tray-screen]")?.focus();
        }
      },
      { enabled: () => shown() && focusedId() !== null, keyOnly: true, where: "tray" },
    ),
  ];
}

/** The id whose row has the focus. */
function focusedId(): string | null {
  const row = document.activeElement?.closest<HTMLElement>("[data-tray-screen] [data-tray]");
  return row?.dataset["tray"] ?? null;
}

/** Enter belongs to a button or link that has the focus. */
function inOwnControl(): boolean {
  return document.activeElement?.matches("button, a, summary, [data-case]") === true;
}
