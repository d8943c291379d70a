import type { CaseRow } from "$lib/backend/backend";
import { broughtText } from "$lib/shared/brought";
import type { Action } from "$lib/shared/keys";
import { actionFor, chordStart, isTextField, matches } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { attachText, followLink, pasteRow } from "./acts";
import { moveKey } from "./actions";
import type { Parts } from "./parts.svelte";
import { trayText } from "./trays";

/** Keys of the whole window. Menus and dialogs handle their own. */
export function handleKeys(parts: Parts, actions: readonly Action[], event: KeyboardEvent): void {
  const { app, shell } = parts;
  const floating =
    shell.dialog !== null ||
    shell.statusMenu !== null ||
    shell.cardMenu !== null ||
    shell.pick !== null;
  if (event.defaultPrevented || event.isComposing || floating || inMenu(event.target)) {
    return;
  }
  if (shell.fieldComes && isCharacter(event)) {
    event.preventDefault();
    return;
  }
  if (moveKey(parts, event.key)) {
    event.preventDefault();
    return;
  }
  const inText = isTextField(event.target);
  if (matches("Mod+v", event) && !inText) {
    catchPaste();
    return;
  }
  const { chord } = shell;
  endChord(parts);
  const place = {
    inText,
    onCard: isCardOrBody(event.target),
    chord,
    noSingles: !app.preferences.singleKeys,
  };
  const action =
    actionFor(actions, event, place) ?? actionFor(actions, event, { ...place, chord: null });
  const start = inText || place.noSingles ? null : chordStart(actions, event);
  if (action !== null) {
    event.preventDefault();
    if (!(event.repeat && action.once === true)) {
      action.run();
    }
  } else if (start !== null) {
    event.preventDefault();
    shell.chord = start;
    chordTimer = setTimeout(() => {
      endChord(parts);
    }, CHORD_FOR);
  }
}

function isCharacter({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key.length === 1 && !altKey && !ctrlKey && !metaKey;
}

/** How long the second key of two is waited for. */
const CHORD_FOR = 1200;
let chordTimer: ReturnType<typeof setTimeout> | undefined;

function endChord({ shell }: Parts): void {
  clearTimeout(chordTimer);
  shell.chord = null;
}

/** Text pasted while no text field has the focus goes to the case that keys are about. */
export function handlePaste(parts: Parts, event: ClipboardEvent): void {
  const caught = event.target === catcher;
  if (parts.shell.dialog !== null || (isTextField(event.target) && !caught)) {
    return;
  }
  const data = event.clipboardData;
  const [text, html] = [data?.getData("text/plain") ?? "", data?.getData("text/html") ?? ""];
  const files = [...(data?.files ?? [])];
  event.preventDefault();
  release();
  const row = pasteRow(parts);
  if (text.trim() === "" && files.length === 0) {
    parts.announcer.say(words.say.nothingToPaste);
  } else {
    const brought = isLink(text) ? Promise.resolve(text) : broughtText(text, html, files);
    void brought.then((read) => takePasted(parts, row, read));
  }
}

/** A link to a case shows the case; anything else goes to the case that keys are about, or to the Tray. */
async function takePasted(parts: Parts, row: CaseRow | null, text: string): Promise<void> {
  if (isLink(text) && (await followLink(parts, text))) {
    return;
  }
  if (row === null) {
    await trayText(parts, text, "pasted");
  } else {
    await attachText(parts, row, text);
  }
}

/** Whether a text is one link and nothing else; the core tells where it leads. */
function isLink(text: string): boolean {
  return /^(?:caseboard|https?):\/\/\S+$/.test(text.trim());
}

let catcher: HTMLTextAreaElement | null = null;
let before: HTMLElement | null = null;

/**
 * WebKit pastes only into something editable: for the length of the key press an unseen field has
 * the focus, so that a paste event comes.
 */
function catchPaste(): void {
  release();
  before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  catcher = document.createElement("textarea");
  catcher.className = "visually-hidden";
  catcher.tabIndex = -1;
  catcher.setAttribute("aria-hidden", "true");
  document.body.append(catcher);
  catcher.focus({ preventScroll: true });
  setTimeout(release, 200);
}

function release(): void {
  if (catcher !== null) {
    const held = document.activeElement === catcher;
    catcher.remove();
    catcher = null;
    if (held) {
      before?.focus({ preventScroll: true });
    }
    before = null;
  }
}

function inMenu(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"], [role="dialog"]') !== null;
}

/** Arrows, Home, End and Enter belong to board and list unless a control of its own has the focus. */
function isCardOrBody(target: EventTarget | null): boolean {
  return (
    target === document.body ||
    (target instanceof HTMLElement && target.matches("[data-case], [data-cell], [data-heading]"))
  );
}
