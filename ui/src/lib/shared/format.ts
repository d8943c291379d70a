import { matches } from "./keys";

/** A text after a key was pressed in it, and what is selected then. */
export type Formatted = { text: string; start: number; end: number };

const MARKS: readonly (readonly [shortcut: string, mark: string])[] = [
  ["Mod+b", "**"],
  ["Mod+i", "*"],
  ["Mod+e", "`"],
];

/** Bold, italic, code and link by their keys; `null` for all other keys. */
export function formatted(
  event: Parameters<typeof matches>[1],
  text: string,
  start: number,
  end: number,
): Formatted | null {
  const chosen = text.slice(start, end);
  if (matches("Mod+Shift+k", event)) {
    const made = `[${chosen}](https://)`;
    const at = start + made.length - 1;
    return { text: replaced(text, start, end, made), start: at, end: at };
  }
  const mark = MARKS.find(([shortcut]) => matches(shortcut, event))?.[1];
  if (mark === undefined) {
    return null;
  }
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (before.endsWith(mark) && after.startsWith(mark)) {
    const bare = before.slice(0, -mark.length) + chosen + after.slice(mark.length);
    return { text: bare, start: start - mark.length, end: end - mark.length };
  }
  return {
    text: replaced(text, start, end, mark + chosen + mark),
    start: start + mark.length,
    end: end + mark.length,
  };
}

function replaced(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}
