import { tick } from "svelte";
import { CASE_TABS } from "$lib/case/case.svelte";
import type { CaseTab } from "$lib/case/case.svelte";
import type { PickedField } from "$lib/case/edit.svelte";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { currentRow, openAnew, showCase } from "./acts";
import { casesOf } from "./cases";
import { beginEdit, pickCurrent } from "./edits";
import type { Parts } from "./parts.svelte";
import { refuses } from "./rights";
import { bulkInstead } from "./selecting";

const { groups } = words.actions;

/** What can be done in an open case, and with the properties of a focused one. */
export function caseActions(parts: Parts): Action[] {
  return [...properties(parts), ...inside(parts), newCase(parts)];
}

/** The case as a page, or back beside the cases. */
export function togglePage({ openCase }: Parts): void {
  openCase.page = !openCase.page;
  focusCase();
}

export function showTab({ openCase }: Parts, tab: CaseTab): void {
  openCase.tab = tab;
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-case-tab="${tab}"]`)?.focus();
  });
}

function properties(parts: Parts): Action[] {
  const { board, openCase, shell } = parts;
  const picked = (id: PickedField, title: string, key: string): Action => ({
    id,
    title,
    group: groups.act,
    shortcut: [key],
    enabled: () => currentRow(parts) !== null && board.move === null,
    run: () => {
      if (!bulkInstead(parts, id)) {
        pickCurrent(parts, id);
      }
    },
  });
  const edited = (id: "title" | "description", title: string, key: string): Action => ({
    id: `edit-${id}`,
    title,
    group: groups.act,
    shortcut: [key],
    enabled: () => currentRow(parts) !== null && board.move === null,
    run: () => {
      const row = currentRow(parts);
      if (row === null || refuses(parts, row)) {
        return;
      }
      const opened = openAnew(parts, row.case);
      openCase.tab = "story";
      void shell.untilThere(
        opened.then(tick).then(() => {
          beginEdit(id);
          return tick();
        }),
      );
    },
  });
  return [
    picked("severity", words.actions.severity, "p"),
    picked("assignees", words.actions.assign, "a"),
    picked("tags", words.actions.tags, "t"),
    picked("category", words.actions.category, "y"),
    edited("title", words.actions.editTitle, "e"),
    edited("description", words.actions.editDescription, "Shift+e"),
  ];
}

function inside(parts: Parts): Action[] {
  const { openCase } = parts;
  const action = (
    id: string,
    title: string,
    shortcut: string[],
    run: () => void,
    enabled: () => boolean = inPane,
  ): Action => ({
    id,
    title,
    group: groups.inCase,
    ...(enabled === inPane ? { where: "case" } : {}),
    shortcut,
    enabled,
    keyOnly: id !== "page",
    run,
  });
  const tabs = CASE_TABS.map((tab, index) =>
    action(`tab-${tab}`, words.story.tabs[tab], [String(index + 1)], () => {
      showTab(parts, tab);
    }),
  );
  return [
    ...tabs,
    action("next-story-entry", words.actions.nextStoryEntry, ["j"], () => {
      moveEntry(1);
    }),
    action("previous-story-entry", words.actions.previousStoryEntry, ["k"], () => {
      moveEntry(-1);
    }),
    action("find-in-story", words.actions.findInStory, ["f"], () => {
      openCase.tab = "story";
      document.querySelector<HTMLElement>("[data-story-find]")?.click();
    }),
    action(
      "next-open-case",
      words.actions.nextOpenCase,
      ["]"],
      () => {
        openNext(parts, 1);
      },
      () => openCase.open !== null,
    ),
    action(
      "previous-open-case",
      words.actions.previousOpenCase,
      ["["],
      () => {
        openNext(parts, -1);
      },
      () => openCase.open !== null,
    ),
    action(
      "page",
      words.actions.page,
      ["g c"],
      () => {
        togglePage(parts);
      },
      () => openCase.open !== null,
    ),
    action(
      "leave-page",
      words.edit.pane,
      ["Escape"],
      () => {
        togglePage(parts);
      },
      () => openCase.page && parts.attach.runs.length === 0,
    ),
  ];
}

function newCase({ deployments, shell }: Parts): Action {
  return {
    id: "new-case",
    title: words.actions.newCase,
    group: groups.act,
    shortcut: ["c"],
    enabled: () => (deployments.list?.length ?? 0) > 0,
    run: () => {
      shell.dialog = { kind: "newCase" };
    },
  };
}

function inPane(): boolean {
  return Boolean(document.activeElement?.closest("[data-open-case]"));
}

function focusCase(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[data-open-case]")?.focus();
  });
}

/** Gives the focus to the next or previous line of the tab that is open. */
function moveEntry(by: 1 | -1): void {
  const all = document.querySelectorAll<HTMLElement>("[data-open-case] [data-story-entry]");
  const entries = [...all].filter((entry) => entry.closest("[hidden]") === null);
  const at = entries.findIndex((entry) => entry.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.max(0, Math.min(at + by, entries.length - 1));
  entries[next]?.focus();
  entries[next]?.scrollIntoView({ block: "nearest" });
}

/** Opens the next or previous case of the board or list, without leaving the pane. */
function openNext(parts: Parts, by: 1 | -1): void {
  const cases = casesOf(parts);
  cases.moveFocus(by);
  cases.hasFocus = false;
  if (cases.focused !== null) {
    showCase(parts, cases.focused.case);
    focusCase();
  }
}
