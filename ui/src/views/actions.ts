import type { CaseRef } from "$lib/backend/backend";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { attachClipboard, comment, currentRow, showCase } from "./acts";
import { jobActions } from "./actions-jobs";
import { going, looking, viewing } from "./actions-window";
import { caseActions } from "./caseActions";
import { approving } from "./approving";
import { casesOf } from "./cases";
import { copying } from "./copies";
import { focusPane } from "./panels";
import type { Parts } from "./parts.svelte";
import { openStatusMenu, refuses } from "./rights";
import { traying } from "./actions-tray";
import { pasteIntoTray } from "./trays";
import { bulkInstead, moveTo, movedWith, selecting } from "./selecting";
import { sendComment } from "./writes";

const { groups } = words.actions;

/** Cases that a page key goes past. */
const PAGE = 10;

/** Everything that has a key: shared by keyboard, card menu, palette and the list of keys. */
export function createActions(parts: Parts): Action[] {
  return [
    ...approving(parts),
    ...caseActions(parts),
    ...jobActions(parts),
    ...moving(parts),
    ...selecting(parts),
    ...acting(parts),
    ...copying(parts),
    ...traying(parts),
    ...going(parts),
    ...viewing(parts),
    ...looking(parts),
  ];
}

/** Actions of a card's menu, in its order. */
export const CARD_ACTIONS: readonly string[] = [
  "open",
  "select",
  "status",
  "move",
  "comment",
  "attach",
  "copy-handle",
  "copy-id",
];

function moving(parts: Parts): Action[] {
  const { board, shell } = parts;
  const still = () => board.move === null && board.board !== null && shell.screen === shell.cases;
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    onCard = false,
  ): Action => ({
    id,
    title,
    group: groups.move,
    where: "cases",
    shortcut,
    onCard,
    keyOnly: true,
    enabled: still,
    run,
  });
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
    action(
      "page-down",
      words.actions.pageDown,
      ["PageDown"],
      () => {
        casesOf(parts).moveFocus(PAGE);
      },
      true,
    ),
    action(
      "page-up",
      words.actions.pageUp,
      ["PageUp"],
      () => {
        casesOf(parts).moveFocus(-PAGE);
      },
      true,
    ),
  ];
}

function acting(parts: Parts): Action[] {
  const { board, openCase, shell } = parts;
  const row = () => currentRow(parts);
  const inRow = () => openCase.open !== null && shell.screen === shell.cases;
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
          casesOf(parts).focused !== null && board.move === null && shell.screen === shell.cases,
      },
    ),
    action(
      "status",
      words.actions.status,
      ["s"],
      () => {
        const current = row();
        if (bulkInstead(parts, "status")) {
          return;
        }
        const anchor = current === null ? null : anchorOf(current.case);
        if (current !== null && anchor !== null) {
          openStatusMenu(parts, current, anchor);
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
        const current = row();
        if (current !== null) {
          void attachClipboard(parts, current);
        } else {
          void pasteIntoTray(parts);
        }
      },
      { enabled: () => board.move === null },
    ),
    action(
      "menu",
      words.actions.menu,
      [".", "Shift+F10", "ContextMenu"],
      () => {
        const current = row();
        const anchor = current === null ? null : anchorOf(current.case);
        if (current !== null && anchor !== null) {
          shell.cardMenu = { row: current, anchor };
        }
      },
      { keyOnly: true },
    ),
    action(
      "next-open",
      words.actions.nextOpen,
      ["]"],
      () => {
        neighbour(parts, 1);
      },
      { enabled: inRow },
    ),
    action(
      "previous-open",
      words.actions.previousOpen,
      ["["],
      () => {
        neighbour(parts, -1);
      },
      { enabled: inRow },
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
      { inText: true, where: "composer", enabled: inComposer },
    ),
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
        void moveTo(parts, move.row, move.to);
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

export function startMove(parts: Parts): void {
  const { announcer, board } = parts;
  const { focused } = board;
  if (focused === null || refuses(parts, focused)) {
    return;
  }
  const move = board.startMove();
  if (move !== null) {
    const { length } = movedWith(parts, move.row);
    announcer.say(length > 1 ? words.bulk.say.moving(length) : words.say.moving(move.row.handle));
  }
}

function inComposer(): boolean {
  return document.activeElement?.matches("[data-composer]") === true;
}

/** Opens the case before or behind the open one, in the order of the screen. */
function neighbour(parts: Parts, by: 1 | -1): void {
  const cases = casesOf(parts);
  cases.moveFocus(by);
  if (cases.focused !== null) {
    showCase(parts, cases.focused.case);
    focusPane();
  }
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
