/** One of the things that an action can be about: a theme, a status. */
export type Choice = {
  id: string;
  title: string;
  /** Whether it is what holds now. */
  checked?: boolean;
  run: () => void;
};

/** What a person can do: declared once, shared by keyboard, menus, the palette and the list of keys. */
export type Action = {
  id: string;
  title: string;
  /** What a menu calls it, where that is shorter. */
  menuTitle?: string;
  group: string;
  /** Keys as `Mod+Enter`, `Shift+S`, `j`, `/`, `ArrowDown`, or two, one after the other: `g o`. The first one is shown. */
  shortcut: readonly string[];
  /** The part of the window where alone it works; without one it works everywhere. The same key may stand for something else elsewhere. */
  where?: "cases" | "case" | "composer" | "tray" | "outbox" | "approvals";
  /** Whether its keys are shown where nobody would look for others. */
  fixedKeys?: boolean;
  /** Whether it works while a text field has the focus. */
  inText?: boolean;
  /** Whether a key that is held down counts once. */
  once?: boolean;
  /** Whether it applies only while a card, and no button or menu, has the focus. */
  onCard?: boolean;
  enabled: () => boolean;
  /** Further words by which the palette finds it. */
  also?: string;
  /** Whether only its key makes sense, and the palette leaves it out. */
  keyOnly?: boolean;
  /** What the palette asks before it is done. */
  choices?: () => readonly Choice[];
  run: () => void;
};

/** Where a key was pressed, and what of keys counts there. */
export type Place = {
  inText: boolean;
  onCard: boolean;
  chord?: string | null;
  /** Whether keys without a modifier are switched off. */
  noSingles?: boolean;
};

type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export const isMac: boolean = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

/** What joins the names of keys; the key `+` itself stands last. */
export const PLUS = /\+(?=.)/;

/** The action that a key press stands for, if one is enabled. */
export function actionFor(
  actions: readonly Action[],
  event: KeyPress,
  place: Place,
): Action | null {
  const chord = place.chord ?? null;
  const found = actions.find(
    (action) =>
      action.shortcut.some((shortcut) => {
        if (place.noSingles === true && isSingle(shortcut)) {
          return false;
        }
        const [first, second] = twoKeys(shortcut);
        return second === null
          ? chord === null && matches(first, event)
          : chord === first && matches(second, event);
      }) &&
      (!place.inText || action.inText === true) &&
      (action.onCard !== true || place.onCard) &&
      action.enabled(),
  );
  return found ?? null;
}

/** The key press as the first of two, if some enabled action begins with it. */
export function chordStart(actions: readonly Action[], event: KeyPress): string | null {
  const firsts = actions
    .filter((action) => action.enabled())
    .flatMap(({ shortcut }) => shortcut.map(twoKeys))
    .flatMap(([first, second]) => (second === null ? [] : [first]));
  return firsts.find((first) => matches(first, event)) ?? null;
}

/** Whether a shortcut is a character, or two, without a modifier: what a person types by accident, or speaks. */
export function isSingle(shortcut: string): boolean {
  const keys = shortcut.split(" ")[0] ?? "";
  return !/^(Mod|Alt)\+/.test(keys) && /^(Shift\+)?.$/u.test(keys);
}

export function twoKeys(shortcut: string): [first: string, second: string | null] {
  const [first = "", second = null] = shortcut.split(" ");
  return [first, second];
}

export function matches(shortcut: string, event: KeyPress, mac = isMac): boolean {
  const names = shortcut.split(PLUS);
  const key = names.pop() ?? "";
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (names.includes("Mod") !== mod || names.includes("Alt") !== event.altKey || other) {
    return false;
  }
  const letter = /^[a-z]$/i.test(key);
  // A sign such as `?` already says which modifiers it takes; letters and named keys do not.
  if ((letter || key.length > 1) && names.includes("Shift") !== event.shiftKey) {
    return false;
  }
  return event.key.toLowerCase() === (key === "Space" ? " " : key.toLowerCase());
}

const NAMES: Readonly<Record<string, string>> = {
  PageUp: "PgUp",
  PageDown: "PgDn",
  ContextMenu: "Menu",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** A shortcut as it is written on key caps. */
export function keyCaps(shortcut: string, mac = isMac): string[] {
  return shortcut
    .split(" ")
    .flatMap((key) => key.split(PLUS))
    .map((name) => {
      if (name === "Mod") {
        return mac ? "⌘" : "Ctrl";
      }
      if (name === "Shift") {
        return mac ? "⇧" : "Shift";
      }
      if (name === "Alt") {
        return mac ? "⌥" : "Alt";
      }
      return NAMES[name] ?? (name.length === 1 ? name.toUpperCase() : name);
    });
}

/** Whether typing goes into this element. */
export function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) {
    return true;
  }
  if (target instanceof HTMLInputElement) {
    return !["checkbox", "radio", "button", "submit"].includes(target.type);
  }
  return false;
}
