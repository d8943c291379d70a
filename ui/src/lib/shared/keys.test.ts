import { expect, test, vi } from "vitest";
import type { Action } from "./keys";
import { actionFor, chordStart, isTextField, keyCaps, matches } from "./keys";

const press = (key: string, over: Partial<KeyboardEventInit> = {}) =>
  new KeyboardEvent("keydown", { key, ...over });

test.each([
  ["j", press("j"), true],
  ["j", press("J", { shiftKey: true }), false],
  ["j", press("j", { ctrlKey: true }), false],
  ["j", press("j", { altKey: true }), false],
  ["?", press("?", { shiftKey: true }), true],
  ["+", press("+"), true],
  ["Mod++", press("+", { ctrlKey: true, shiftKey: true }), true],
  ["Mod++", press("+"), false],
  ["/", press("/"), true],
  ["Mod+Enter", press("Enter", { ctrlKey: true }), true],
  ["Mod+Enter", press("Enter"), false],
  ["Mod+Shift+t", press("T", { ctrlKey: true, shiftKey: true }), true],
  ["Mod+Shift+t", press("t", { ctrlKey: true }), false],
  ["ArrowDown", press("ArrowDown", { shiftKey: true }), false],
])("%s against a press: %#", (shortcut, event, expected) => {
  expect(matches(shortcut, event, false)).toBe(expected);
});

test("on a Mac, Mod is the command key", () => {
  expect(matches("Mod+r", press("r", { metaKey: true }), true)).toBe(true);
  expect(matches("Mod+r", press("r", { ctrlKey: true }), true)).toBe(false);
  expect(keyCaps("Mod+Enter", true)).toEqual(["⌘", "Enter"]);
  expect(keyCaps("Mod+Shift+t", false)).toEqual(["Ctrl", "Shift", "T"]);
});

test("letters are left alone in text, and disabled actions anywhere", () => {
  const action = (over: Partial<Action>): Action => ({
    id: "a",
    title: "a",
    group: "g",
    shortcut: ["j"],
    enabled: () => true,
    run: vi.fn(),
    ...over,
  });
  const nowhere = { inText: false, onCard: false };
  expect(actionFor([action({})], press("j"), nowhere)?.id).toBe("a");
  expect(actionFor([action({})], press("j"), { inText: true, onCard: false })).toBeNull();
  expect(
    actionFor([action({ inText: true })], press("j"), { inText: true, onCard: false }),
  ).not.toBeNull();
  expect(actionFor([action({ enabled: () => false })], press("j"), nowhere)).toBeNull();
  expect(actionFor([action({ onCard: true })], press("j"), nowhere)).toBeNull();
});

test("two keys, one after the other, stand for one thing", () => {
  const action: Action = {
    id: "outbox",
    title: "Outbox",
    group: "g",
    shortcut: ["g o"],
    enabled: () => true,
    run: vi.fn(),
  };
  const place = { inText: false, onCard: false };
  expect(chordStart([action], press("g"))).toBe("g");
  expect(chordStart([action], press("o"))).toBeNull();
  expect(actionFor([action], press("o"), place)).toBeNull();
  expect(actionFor([action], press("o"), { ...place, chord: "g" })?.id).toBe("outbox");
  expect(keyCaps("g o", false)).toEqual(["G", "O"]);
  expect(keyCaps("g Mod++", false)).toEqual(["G", "Ctrl", "+"]);
});

test("a check box is no text field", () => {
  const input = document.createElement("input");
  expect(isTextField(input)).toBe(true);
  input.type = "checkbox";
  expect(isTextField(input)).toBe(false);
  expect(isTextField(document.createElement("textarea"))).toBe(true);
  expect(isTextField(document.body)).toBe(false);
});
