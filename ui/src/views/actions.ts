import type { CaseRef } from "$lib/backend/backend";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import {
  attachClipboard,
  closeCase,
  comment,
  currentRow,
  nextTheme,
  otherZone,
  showCase,
  showScreen,
  syncNow,
} from "./acts";
import { addFilter, casesOf, focusSearch, nextDensity, searchFor } from "./cases";
import type { Parts } from "./parts.svelte";
import { changeStatus, sendComment, undoNewest } from "./writes";

const { groups } = words.actions;

/** Everything that has a key: shared by the keyboard, the card's menu and the list of keys. */
export function createActions(parts: Parts): Action[] {
  return [...moving(parts), ...acting(parts), ...window(parts)];
}

/** Actions of a card's menu, in its order. */
export const CARD_ACTIONS: readonly string[] = ["open", "status", "move", "comment", "attach"];

function moving(parts: Parts): Action[] {
  const { board, shell } = parts;
  const still = () => board.move === null && board.board !== null && shell.screen !== "outbox";
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    onCard = false,
  ): Action => ({ id, title, group: groups.move, shortcut, onCard, enabled: still, run });
  const next = () => {
    casesOf(parts).moveFocus(1);
  };
  const previous = () => {
    casesOf(parts).moveFocus(-1);
  };
  return [
    action("next-case", words.actions.nextCase, ["j"], next),
    action("previous-case", words.actions.previousCase, ["k"], previous),
    action("next-column", words.actions.nextColumn, ["l"], () => {
      casesOf(parts).moveColumn(1);
    }),
    action("previous-column", words.actions.previousColumn, ["h"], () => {
      casesOf(parts).moveColumn(-1);
    }),
    action("down", words.actions.nextCase, ["ArrowDown"], next, true),
    action("up", words.actions.previousCase, ["ArrowUp"], previous, true),
    action(
      "right",
      words.actions.nextColumn,
      ["ArrowRight"],
      () => {
        casesOf(parts).moveColumn(1);
      },
      true,
    ),
    action(
      "left",
      words.actions.previousColumn,
      ["ArrowLeft"],
      () => {
        casesOf(parts).moveColumn(-1);
      },
      true,
    ),
    action(
      "first-case",
      words.actions.firstCase,
      ["Home"],
      () => {
        casesOf(parts).moveFocusTo("first");
      },
      true,
    ),
    action(
      "last-case",
      words.actions.lastCase,
      ["End"],
      () => {
        casesOf(parts).moveFocusTo("last");
      },
      true,
    ),
  ];
}

function acting(parts: Parts): Action[] {
  const { board, openCase, shell } = parts;
  const row = () => currentRow(parts);
  const onBoard = () => board.focused !== null && board.move === null && shell.screen === "board";
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
    enabled: () => row() !== null && board.move === null,
    run,
    ...over,
  });
  return [
    action(
      "open",
      words.actions.open,
      ["Enter"],
      () => {
        const { focused } = casesOf(parts);
        if (focused !== null) {
          showCase(parts, focused.case);
          focusPane();
        }
      },
      {
        onCard: true,
        enabled: () =>
          casesOf(parts).focused !== null && board.move === null && shell.screen !== "outbox",
      },
    ),
    action(
      "status",
      words.actions.status,
      ["s"],
      () => {
        const current = row();
        const anchor = current === null ? null : anchorOf(current.case);
        if (current !== null && anchor !== null) {
          shell.statusMenu = { row: current, anchor };
        }
      },
      { menuTitle: words.actions.statusOnly },
    ),
    action(
      "move",
      words.actions.move,
      ["m"],
      () => {
        startMove(parts);
      },
      {
        menuTitle: words.actions.moving,
        enabled: onBoard,
      },
    ),
    action("comment", words.actions.comment, ["r"], () => {
      const current = row();
      if (current !== null) {
        comment(parts, current.case);
      }
    }),
    action(
      "attach",
      words.actions.attach,
      ["v", "Mod+v"],
      () => {
        void attachClipboard(parts, row());
      },
      { enabled: () => board.move === null },
    ),
    action(
      "send",
      words.actions.send,
      ["Mod+Enter"],
      () => {
        const detail = openCase.detail;
        if (detail !== null) {
          void sendComment(parts, detail.row);
        }
      },
      { inText: true, enabled: inComposer },
    ),
  ];
}

function window(parts: Parts): Action[] {
  const { app, openCase: pane, search, shell } = parts;
  const always = () => app.info !== null;
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    over: Partial<Action> = {},
  ): Action => ({ id, title, group: groups.app, shortcut, enabled: always, run, ...over });
  const inOutbox = { enabled: () => shell.screen === "outbox" };
  return [
    action("go-board", words.actions.board, ["g b"], () => {
      showScreen(parts, "board");
    }),
    action("go-list", words.actions.toList, ["g l"], () => {
      showScreen(parts, "list");
    }),
    action("other-screen", words.actions.otherScreen, ["Mod+b"], () => {
      showScreen(parts, shell.cases === "list" ? "board" : "list");
    }),
    action(
      "density",
      words.actions.density,
      ["Mod+Shift+d"],
      () => {
        nextDensity(parts);
      },
      { enabled: () => shell.screen === "list" },
    ),
    action("go-outbox", words.actions.outbox, ["g o"], () => {
      showScreen(parts, "outbox");
    }),
    action(
      "next-entry",
      words.actions.nextEntry,
      ["j"],
      () => {
        moveEntry(1);
      },
      inOutbox,
    ),
    action(
      "previous-entry",
      words.actions.previousEntry,
      ["k"],
      () => {
        moveEntry(-1);
      },
      inOutbox,
    ),
    action("undo", words.actions.undo, ["Mod+z"], () => void undoNewest(parts)),
    action("search", words.actions.search, ["/"], () => {
      focusSearch();
    }),
    action("filter", words.actions.filter, ["f"], () => void addFilter(parts)),
    action("as-text", words.actions.asText, ["Shift+f"], () => {
      focusSearch(0, search.text.length);
    }),
    action(
      "pane",
      words.actions.pane,
      ["Mod+."],
      () => {
        const ref = pane.last ?? casesOf(parts).focused?.case;
        if (pane.open !== null) {
          closeCase(parts);
        } else if (ref !== undefined) {
          showCase(parts, ref);
        }
      },
      { inText: true },
    ),
    action(
      "sidebar",
      words.actions.sidebar,
      ["Mod+\\"],
      () => {
        toggleSidebar(parts);
      },
      { inText: true },
    ),
    action("sync", words.actions.sync, ["Mod+r"], () => void syncNow(parts), { inText: true }),
    action("zone", words.actions.zone, ["u"], () => void otherZone(parts)),
    action("theme", words.actions.theme, ["Mod+Shift+t"], () => void nextTheme(parts), {
      inText: true,
    }),
    action("close", words.actions.close, ["Escape"], () => {
      closeTop(parts);
    }),
    action("keys", words.actions.keys, ["?"], () => {
      shell.dialog = { kind: "keys" };
    }),
  ];
}

/** Keys while a card is on its way; answers whether the key was one of them. */
export function moveKey(parts: Parts, key: string): boolean {
  const { announcer, board } = parts;
  if (board.move === null) {
    return false;
  }
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const move = board.moveOver(key === "ArrowLeft" ? -1 : 1);
      announcer.say(words.say.over(words.status(move?.to ?? "")));
      return true;
    }
    case "Enter": {
      const move = board.endMove();
      if (move !== null) {
        void changeStatus(parts, move.row, move.to);
      }
      return true;
    }
    case "Escape": {
      const move = board.endMove();
      announcer.say(words.say.cancelled(words.status(move?.from ?? "")));
      return true;
    }
    default:
      return false;
  }
}

export function startMove({ announcer, board }: Parts): void {
  const move = board.startMove();
  if (move !== null) {
    announcer.say(words.say.moving(move.row.handle));
  }
}

/** Esc: the top thing goes. Dialogs and menus have taken theirs before. */
export function closeTop(parts: Parts): void {
  const { attach, openCase: pane, search, shell } = parts;
  const [newest] = attach.runs;
  if (shell.sidebar === "shown" && narrow()) {
    shell.sidebar = "auto";
  } else if (newest !== undefined) {
    attach.close(newest);
  } else if (pane.open !== null) {
    closeCase(parts);
  } else if (shell.screen === "outbox") {
    showScreen(parts, shell.cases);
  } else if (search.text !== "") {
    void searchFor(parts, "");
  }
}

export function toggleSidebar({ shell }: Parts): void {
  const visible = shell.sidebar === "shown" || (shell.sidebar === "auto" && !narrow());
  shell.sidebar = visible ? (narrow() ? "auto" : "hidden") : narrow() ? "shown" : "auto";
}

/** Gives the focus to the next or previous entry on screen. */
function moveEntry(by: 1 | -1): void {
  const entries = [...document.querySelectorAll<HTMLElement>("[data-outbox] [data-entry]")];
  const at = entries.findIndex((entry) => entry.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.max(0, Math.min(at + by, entries.length - 1));
  entries[next]?.focus();
}

function inComposer(): boolean {
  return document.activeElement?.matches("[data-composer]") === true;
}

function narrow(): boolean {
  return globalThis.matchMedia("(width < 1000px)").matches;
}

function focusPane(): void {
  // The pane exists one turn after the case was asked for.
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[data-open-case]")?.focus();
  });
}

/** The status button of the pane if the focus is there, else of the case's card. */
function anchorOf({ id, source }: CaseRef): HTMLElement | null {
  const pane = document.activeElement?.closest("[data-open-case]");
  const button = pane?.querySelector<HTMLElement>("[data-status-button]");
  return (
    button ??
    document.querySelector<HTMLElement>(
      `[data-case="${CSS.escape(id)}"][data-space="${CSS.escape(source.space)}"]`,
    ) ??
    document.querySelector<HTMLElement>("[data-status-button]")
  );
}
