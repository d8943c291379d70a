import type { CaseRow, CommandError, EntryView, NewStatus } from "$lib/backend/backend";
import { explainEntry } from "$lib/backend/errors";
import { describe, hasConflict, heldFor, nameOf, textOf } from "$lib/outbox/outbox";
import type { EntryAct } from "$lib/outbox/outbox";
import type { Undone } from "$lib/outbox/outbox.svelte";
import { words } from "$lib/shared/words";
import { comment, NEEDS, showScreen } from "./acts";
import type { Parts } from "./parts.svelte";
import { refuses } from "./rights";

/** What a person writes, and what they do about what was written. */

export async function changeStatus(parts: Parts, row: CaseRow, status: NewStatus): Promise<void> {
  const { announcer, backend, toasts } = parts;
  if (refuses(parts, row)) {
    return;
  }
  const stayed = words.say.stayed(words.status(status));
  if (row.status === status) {
    announcer.say(stayed);
    return;
  }
  const result = await backend.editCase(row.case, {
    status,
    seen: { status: row.status },
  });
  if (result.status === "error") {
    toasts.problem(row.handle, result.error, {
      place: row.handle,
      safe: words.errors.safe.nothingChanged,
    });
  } else if (result.data === null) {
    announcer.say(stayed);
  } else {
    offerUndo(parts, result.data, row.handle, words.say.moved(words.status(status)));
  }
}

export async function sendComment(parts: Parts, row: CaseRow): Promise<void> {
  if (refuses(parts, row, "comment")) {
    return;
  }
  const written = await parts.drafts.of(row.case).send();
  if (written !== null) {
    parts.announcer.say(words.say.commentSaved(row.handle));
  }
}

/** Takes back the newest change of this run. */
export async function undoNewest(parts: Parts): Promise<void> {
  for (const undone of await parts.outbox.undoNewest()) {
    tellUndone(parts, undone);
  }
}

export async function act(parts: Parts, entry: EntryView, wish: EntryAct): Promise<void> {
  const { outbox, shell } = parts;
  switch (wish) {
    case "retry":
    case "send":
      failed(parts, entry, await outbox.retry(entry.id));
      break;
    case "notSent":
    case "undo":
      tellUndone(parts, await outbox.undo(entry));
      break;
    case "review":
      showScreen(parts, "approvals");
      break;
    case "discard":
      shell.dialog = { kind: "discard", entry, handle: nameOf(outbox.view, entry.case).handle };
      break;
  }
}

export async function discard(parts: Parts, entry: EntryView): Promise<void> {
  failed(parts, entry, await parts.outbox.discard(entry.id));
}

export async function keepMine(parts: Parts, entry: EntryView, fields: string[]): Promise<void> {
  failed(parts, entry, await parts.outbox.keepMine(entry.id, fields));
}

/** Puts a comment's text back into the composer, then throws the entry away. */
export async function editAgain(parts: Parts, entry: EntryView, text: string): Promise<void> {
  const draft = parts.drafts.of(entry.case);
  draft.restore(text);
  comment(parts, entry.case);
  // First it is kept, then it goes from the outbox: at no time is it nowhere.
  await draft.keep();
  if (draft.unkept === null) {
    failed(parts, entry, await parts.outbox.discard(entry.id));
  }
}

/** Says once, and aloud, that something needs a person. */
export function tellNeeds(parts: Parts, entries: readonly EntryView[]): void {
  const { announcer, outbox, shell, toasts } = parts;
  const [first] = entries;
  if (first === undefined) {
    return;
  }
  for (const { id } of entries) {
    toasts.dismissKey(id);
  }
  const name = nameOf(outbox.view, first.case);
  const { handle } = name;
  const told = explainEntry(first, name);
  const several = entries.length > 1;
  if (shell.screen === "outbox") {
    announcer.say(several ? words.outbox.needs(entries.length) : words.say.needsYou(handle));
    return; // It stands where the person looks.
  }
  const safe =
    textOf(first.what) === null ? words.errors.safe.showsTheirs : words.errors.safe.textKept;
  toasts.told(
    several ? words.outbox.title : handle,
    several
      ? {
          headline: words.outbox.needs(entries.length),
          why: "",
          safe: words.outbox.needsSafe,
          next: "",
        }
      : {
          headline: told.headline === "" ? `${describe(first.what)}.` : told.headline,
          why: [told.why, told.safe].filter((part) => part !== "").join(" "),
          safe: first.asks ? "" : safe,
          next: told.next,
        },
    {
      key: NEEDS,
      code: first.error,
      action:
        several || !hasConflict(first)
          ? {
              label: words.app.show,
              run: () => {
                showScreen(parts, "outbox");
              },
            }
          : {
              label: words.jobs.conflict.decide,
              run: () => {
                decide(parts, first);
              },
            },
    },
  );
}

/** Asks what is to become of the fields that somebody else changed, too. */
export function decide({ outbox, shell, toasts }: Parts, entry: EntryView): void {
  toasts.dismissKey(NEEDS);
  shell.dialog = { kind: "conflict", entry, handle: nameOf(outbox.view, entry.case).handle };
}

/** Says what came of taking something back. */
export function tellUndone(parts: Parts, undone: Undone): void {
  const { announcer, drafts, toasts } = parts;
  if (undone.kind === "nothing") {
    announcer.say(words.say.nothingToUndo);
    return;
  }
  const { entry } = undone;
  const what = describe(entry.what);
  toasts.dismissKey(entry.id);
  switch (undone.kind) {
    case "undone": {
      const text = textOf(entry.what);
      // A comment that was not sent goes back to where it was typed.
      if (undone.after.id === entry.id && entry.what.kind === "addComment" && text !== null) {
        drafts.of(entry.case).restore(text);
      }
      announcer.say(words.say.undone(what));
      break;
    }
    case "later":
      announcer.say(words.say.undoLater(what));
      break;
    case "failed":
      failed(parts, entry, undone.error);
      break;
  }
}

/** Says what was done, and offers to take it back, together with what was written along with it. */
export function offerUndo(
  parts: Parts,
  entry: EntryView,
  handle: string,
  done: string,
  along: readonly EntryView[] = [],
): void {
  const { announcer, clock, outbox, toasts } = parts;
  announcer.say(done);
  toasts.undoable(handle, done, {
    key: entry.id,
    countdown: () => {
      const seconds = heldFor(outbox.find(entry.id) ?? entry, clock.now);
      return seconds === null || seconds === 0 ? "" : words.outbox.heldFor(seconds);
    },
    action: {
      label: words.outbox.act.undo,
      title: entry.state === "held" ? words.outbox.notSentHint : words.outbox.undoHint,
      run: () => void undoAll(parts, [...along].reverse().concat(entry)),
    },
  });
}

async function undoAll(parts: Parts, entries: readonly EntryView[]): Promise<void> {
  for (const entry of entries) {
    tellUndone(parts, await parts.outbox.undo(entry));
  }
}

function failed({ outbox, toasts }: Parts, entry: EntryView, error: CommandError | null): void {
  if (error !== null) {
    const { handle } = nameOf(outbox.view, entry.case);
    toasts.problem(handle, error, { place: handle, safe: words.outbox.wasNotDone });
  }
}
