/** What a person can do: declared once, shared by keyboard, menus and the list of keys. */
export type Action = {
  id: string;
  title: string;
  /** What a menu calls it, where that is shorter. */
  menuTitle?: string;
  group: string;
  /** Keys as `Mod+Enter`, `Shift+S`, `j`, `/`, `ArrowDown`, or two, one after the other: `g o`. The first one is shown. */
  shortcut: readonly string[];
  /** Whether it works while a text field has the focus. */
  inText?: boolean;
  /** Whether it applies only while a card, and no button or menu, has the focus. */
  onCard?: boolean;
  enabled: () => boolean;
  run: () => void;
};

type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export const isMac: boolean = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

/** The action that a key press stands for, if one is enabled. */
export function actionFor(
  actions: readonly Action[],
  event: KeyPress,
  place: { inText: boolean; onCard: boolean; chord?: string | null },
): Action | null {
  const chord = place.chord ?? null;
  const found = actions.find(
    (action) =>
      action.shortcut.some((shortcut) => {
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

function twoKeys(shortcut: string): [first: string, second: string | null] {
  const [first = "", second = null] = shortcut.split(" ");
  return [first, second];
}

export function matches(shortcut: string, event: KeyPress, mac = isMac): boolean {
  const names = shortcut.split("+");
  const key = names.pop() ?? "";
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (names.includes("Mod") !== mod || other || event.altKey) {
    return false;
  }
  const letter = /^[a-z]$/i.test(key);
  // A sign such as `?` already says which modifiers it takes; letters and named keys do not.
  if ((letter || key.length > 1) && names.includes("Shift") !== event.shiftKey) {
    return false;
  }
  return event.key.toLowerCase() === key.toLowerCase();
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** A shortcut as it is written on key caps. */
export function keyCaps(shortcut: string, mac = isMac): string[] {
  return shortcut.split(/[+ ]/).map((name) => {
    if (name === "Mod") {
      return mac ? "⌘" : "Ctrl";
    }
    if (name === "Shift") {
      return mac ? "⇧" : "Shift";
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
