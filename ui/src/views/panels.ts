import { FOCUSABLE } from "$lib/shared/focus";
import { closeCase, showScreen } from "./acts";
import { casesOf, focusCases, searchFor } from "./cases";
import type { Parts } from "./parts.svelte";
import { prefer } from "./prefer";
import { clearSelection } from "./selecting";

/** Regions of the window in the order of F6; only those that are there count. */
const REGIONS = [
  "nav[data-region]",
  "header[data-region]",
  "section[data-region]",
  "main",
  "[data-open-case]",
  "footer[data-region]",
];

/** Whether the sidebar lies over the window when it is shown whole. */
export function narrow(): boolean {
  return globalThis.matchMedia("(width < 1000px)").matches;
}

/** The sidebar beside the window is kept as it is left; over a narrow one it comes and goes. */
export function toggleSidebar(parts: Parts): void {
  const { app, shell } = parts;
  if (narrow()) {
    shell.sidebarOver = !shell.sidebarOver;
  } else {
    void prefer(parts, { sidebarHidden: !app.preferences.sidebarHidden });
  }
}

export function focusPane(): void {
  // The pane exists one turn after the case was asked for.
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[data-open-case]")?.focus();
  });
}

/** Esc: the top thing goes. Dialogs and menus have taken theirs before. */
export function closeTop(parts: Parts): void {
  const { attach, openCase: pane, peek, search, selection, shell } = parts;
  const [newest] = attach.runs;
  if (shell.sidebarOver && narrow()) {
    shell.sidebarOver = false;
  } else if (peek.open) {
    peek.close();
  } else if (newest !== undefined) {
    attach.close(newest);
  } else if (pane.open !== null) {
    closeCase(parts);
  } else if (selection.size > 0 && shell.screen === shell.cases) {
    clearSelection(parts);
  } else if (shell.screen !== shell.cases) {
    showScreen(parts, shell.cases);
  } else if (search.text !== "") {
    void searchFor(parts, "");
  }
}

/** Lists the keys that work where the focus is now. */
export function showKeys({ shell }: Parts): void {
  shell.dialog = { kind: "keys", actions: shell.actions.filter(({ enabled }) => enabled()) };
}

/** Takes the keyboard to the next or previous region of the window. */
export function moveRegion(parts: Parts, by: 1 | -1): void {
  const regions = REGIONS.flatMap((selector) => {
    const element = document.querySelector<HTMLElement>(selector);
    return element === null ? [] : [element];
  });
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  for (let step = 1; step <= regions.length; step += 1) {
    const from = at < 0 && by < 0 ? 0 : at;
    const region = regions[(from + by * step + regions.length * 2) % regions.length];
    if (region !== undefined && enter(parts, region)) {
      return;
    }
  }
}

/** Gives a region the keyboard; answers whether it took it. */
function enter(parts: Parts, region: HTMLElement): boolean {
  if (region.matches("main") && parts.shell.screen === parts.shell.cases) {
    focusCases(parts);
    if (casesOf(parts).hasFocus) {
      return true;
    }
  }
  const inside = [...region.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const target = region.matches("[tabindex]")
    ? region
    : inside.find((element) => element.getClientRects().length > 0);
  target?.focus();
  return target !== undefined;
}
