import type { ChosenKey } from "$lib/backend/backend";
import type { Action } from "./keys";
import { PLUS, isMac, twoKeys } from "./keys";

/** Keys that move, open and close wherever there is something to move in: they stay what they are in every program. */
const STANDARD =
  /^(Shift\+)?(Arrow\w+|Home|End|PageUp|PageDown|Enter|Escape|Space|Tab|Backspace|Delete|F6|F10|ContextMenu)$/;
/** Keys that text fields and the system have. */
const RESERVED = ["Mod+a", "Mod+c", "Mod+v", "Mod+x", "Mod+Enter", "Mod+Alt+Delete", "Alt+F4"];
const MODIFIERS = ["Alt", "AltGraph", "CapsLock", "Control", "Dead", "Meta", "Process", "Shift"];

/** Why an action cannot have a key. */
export type Refusal =
  | { kind: "taken"; by: Action }
  /** It belongs to text fields, or to moving about. */
  | { kind: "reserved" }
  /** The action works while somebody types, where a letter is a letter. */
  | { kind: "needsModifier" };

export function canChange({ fixedKeys, shortcut: [first] }: Action): boolean {
  return fixedKeys !== true && first !== undefined && !STANDARD.test(first);
}

/** The actions with the keys that were chosen. What was chosen wins over a key that another action comes with. */
export function withChosen(actions: readonly Action[], chosen: readonly ChosenKey[]): Action[] {
  const own = new Map<Action, string>();
  for (const { action: id, keys } of chosen) {
    const action = actions.find((one) => one.id === id);
    const clashes = [...own].some(([other, has]) => meet(action, other) && clash(keys, has));
    if (action !== undefined && canChange(action) && isShortcut(keys) && !clashes) {
      own.set(action, keys);
    }
  }
  return actions.map((action) => {
    const keys = own.get(action);
    const rest = action.shortcut
      .slice(keys === undefined ? 0 : 1)
      .filter((one) => ![...own].some(([other, has]) => meet(action, other) && clash(one, has)));
    return keys === undefined && rest.length === action.shortcut.length
      ? action
      : { ...action, shortcut: keys === undefined ? rest : [keys, ...rest] };
  });
}

/** Why an action cannot have these keys among all as they are now; `null` if it can. */
export function refusal(actions: readonly Action[], action: Action, keys: string): Refusal | null {
  const [first, second] = twoKeys(keys);
  const each = second === null ? [first] : [first, second];
  if (each.some((key) => STANDARD.test(key)) || RESERVED.some((one) => same(one, keys))) {
    return { kind: "reserved" };
  }
  if (action.inText === true && !/^(Mod|Alt)\+|^(Shift\+)?F\d/.test(first)) {
    return { kind: "needsModifier" };
  }
  const by = actions.find(
    (other) =>
      other.id !== action.id &&
      meet(action, other) &&
      other.shortcut.some((has) => clash(keys, has)),
  );
  return by === undefined ? null : { kind: "taken", by };
}

/** A key press as it is written; `null` while only modifiers are held. */
export function writtenKey(event: KeyboardEvent, mac = isMac): string | null {
  const { altKey, ctrlKey, key, metaKey, shiftKey } = event;
  if (MODIFIERS.includes(key) || (mac ? ctrlKey : metaKey)) {
    return null;
  }
  const letter = /^\p{L}$/u.test(key);
  const names = [
    ...((mac ? metaKey : ctrlKey) ? ["Mod"] : []),
    ...(altKey ? ["Alt"] : []),
    // A sign such as `?` says itself whether Shift is held.
    ...(shiftKey && (letter || key.length > 1) ? ["Shift"] : []),
  ];
  return [...names, key === " " ? "Space" : letter ? key.toLowerCase() : key].join("+");
}

/** Whether some action begins with this key and takes a second one. */
export function startsTwo(actions: readonly Action[], key: string): boolean {
  return actions.some(({ shortcut }) => shortcut.some((keys) => keys.startsWith(`${key} `)));
}

function isShortcut(keys: string): boolean {
  return /^\S+( \S+)?$/.test(keys);
}

/** Whether both can work at the same place, and the one would get a key of the other. */
function meet(one: Action | undefined, other: Action): boolean {
  return (
    one?.id !== other.id &&
    (one?.where === undefined || other.where === undefined || one.where === other.where)
  );
}

function clash(one: string, other: string): boolean {
  const [a, b] = [normal(one), normal(other)];
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

function same(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function normal(keys: string): string {
  return keys
    .split(" ")
    .map((key) => {
      const names = key.split(PLUS);
      const last = names.pop() ?? "";
      return [...names.sort(), last.toLowerCase()].join("+");
    })
    .join(" ");
}
