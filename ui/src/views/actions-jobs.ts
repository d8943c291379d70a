import type { Action } from "$lib/shared/keys";
import { hasConflict } from "$lib/outbox/outbox";
import { words } from "$lib/shared/words";
import { currentRow } from "./acts";
import { casesOf } from "./cases";
import { beginClosing } from "./closing";
import { assignMe } from "./edits";
import type { Parts } from "./parts.svelte";
import { decide } from "./writes";

const { groups } = words.actions;
const told = words.jobs.actions;

/** What a shift does by keys alone: goes to what is new, looks at it, takes it, and closes it. */
export function jobActions(parts: Parts): Action[] {
  const { board, outbox, peek, shell } = parts;
  const onCases = () => board.move === null && board.board !== null && shell.screen === shell.cases;
  const onRow = () => currentRow(parts) !== null && board.move === null;
  const unread = (id: string, title: string, key: string, by: 1 | -1): Action => ({
    id,
    title,
    group: groups.move,
    shortcut: [key],
    enabled: onCases,
    run: () => void goToUnread(parts, by),
  });
  return [
    unread("next-unread", told.nextUnread, "n", 1),
    unread("previous-unread", told.previousUnread, "Shift+n", -1),
    {
      id: "peek",
      title: told.peek,
      group: groups.move,
      shortcut: ["Space"],
      onCard: true,
      once: true,
      enabled: () => onCases() && casesOf(parts).focused !== null,
      run: () => {
        peek.toggle();
      },
    },
    {
      id: "mark-read",
      title: told.markRead,
      group: groups.act,
      shortcut: [],
      enabled: () => currentRow(parts)?.unread === true,
      run: () => void markRead(parts),
    },
    {
      id: "decide",
      title: told.decide,
      group: groups.act,
      shortcut: ["g d"],
      enabled: () => outbox.entries.some(hasConflict),
      run: () => {
        const entry = outbox.entries.find(hasConflict);
        if (entry !== undefined) {
          decide(parts, entry);
        }
      },
    },
    {
      id: "assign-me",
      title: told.assignMe,
      group: groups.act,
      shortcut: ["i"],
      enabled: onRow,
      run: () => {
        const row = currentRow(parts);
        if (row !== null) {
          void assignMe(parts, row);
        }
      },
    },
    {
      id: "close-case",
      title: told.close,
      group: groups.act,
      shortcut: ["Shift+s"],
      enabled: onRow,
      run: () => {
        const row = currentRow(parts);
        if (row !== null) {
          void beginClosing(parts, row);
        }
      },
    },
  ];
}

/** Goes to the next or previous unread case, and tells if there is none. */
async function goToUnread(parts: Parts, by: 1 | -1): Promise<void> {
  if (!(await casesOf(parts).moveToUnread(by))) {
    parts.announcer.say(words.jobs.unread.none);
    parts.toasts.hint(words.app[parts.shell.cases], words.jobs.unread.none);
  }
}

async function markRead(parts: Parts): Promise<void> {
  const row = currentRow(parts);
  if (row !== null) {
    await parts.backend.lookAt(row.case, row.changedAt);
    parts.announcer.say(words.jobs.unread.read(row.handle));
  }
}
