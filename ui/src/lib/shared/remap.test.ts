import { expect, test } from "vitest";
import type { Action } from "./keys";
import { canChange, refusal, startsTwo, withChosen, writtenKey } from "./remap";

function action(id: string, shortcut: string[], over: Partial<Action> = {}): Action {
  return {
    id,
    title: id,
    group: "g",
    shortcut,
    enabled: () => true,
    run: () => undefined,
    ...over,
  };
}

const ALL = [
  action("comment", ["r"]),
  action("search", ["/", "Mod+f"]),
  action("next-case", ["j"], { where: "cases" }),
  action("next-entry", ["j"], { where: "outbox" }),
  action("go-board", ["g b"]),
  action("palette", ["Mod+k"], { inText: true }),
  action("down", ["ArrowDown"]),
  action("view-1", ["Mod+1"], { fixedKeys: true }),
];
const keysOf = (actions: readonly Action[]) =>
  Object.fromEntries(actions.map(({ id, shortcut }) => [id, shortcut]));
const one = (id: string): Action => ALL.find((known) => known.id === id) ?? action(id, []);

test("a chosen key takes the place of the first, and further ones stay", () => {
  const chosen = [
    { action: "search", keys: "Mod+Shift+f" },
    { action: "of-a-later-version", keys: "z" },
  ];
  expect(keysOf(withChosen(ALL, chosen))).toEqual({
    ...keysOf(ALL),
    search: ["Mod+Shift+f", "Mod+f"],
  });
});

test("what was chosen wins over a key that another action comes with, where both work", () => {
  expect(keysOf(withChosen(ALL, [{ action: "comment", keys: "j" }]))).toMatchObject({
    comment: ["j"],
    "next-case": [],
    "next-entry": [],
  });
  expect(keysOf(withChosen(ALL, [{ action: "next-case", keys: "n" }]))).toMatchObject({
    "next-case": ["n"],
    "next-entry": ["j"],
  });
});

test.each([
  ["a key of standard moves", { action: "down", keys: "q" }],
  ["a fixed key", { action: "view-1", keys: "q" }],
  ["three keys", { action: "comment", keys: "a b c" }],
  ["nothing", { action: "comment", keys: "" }],
])("%s is not changed by what was kept", (_, chosen) => {
  expect(keysOf(withChosen(ALL, [chosen]))).toEqual(keysOf(ALL));
});

test("of two that were kept with the same key the first has it", () => {
  const chosen = [
    { action: "comment", keys: "q" },
    { action: "search", keys: "Q" },
  ];
  expect(keysOf(withChosen(ALL, chosen))).toMatchObject({
    comment: ["q"],
    search: ["/", "Mod+f"],
  });
});

test.each([
  ["comment", "j", "next-case"],
  ["comment", "g", "go-board"],
  ["go-board", "r x", "comment"],
  ["comment", "Mod+f", "search"],
  ["next-case", "j", null],
  ["next-entry", "r", "comment"],
  ["comment", "Shift+r", null],
  ["comment", "r", null],
])("%s cannot have %s if another has it there: %s", (id, keys, by) => {
  const no = refusal(ALL, one(id), keys);
  expect(no?.kind === "taken" ? no.by.id : no).toBe(by);
});

test.each([
  ["comment", "Escape", "reserved"],
  ["comment", "Shift+ArrowDown", "reserved"],
  ["comment", "Mod+c", "reserved"],
  ["palette", "q", "needsModifier"],
  ["palette", "Shift+q", "needsModifier"],
  ["palette", "F8", undefined],
  ["palette", "Alt+q", undefined],
])("%s with %s: %s", (id, keys, kind) => {
  expect(refusal(ALL, one(id), keys)?.kind).toBe(kind);
});

test.each([
  [{ key: "r" }, "r"],
  [{ key: "R", shiftKey: true }, "Shift+r"],
  [{ key: "?", shiftKey: true }, "?"],
  [{ key: "M", ctrlKey: true, shiftKey: true }, "Mod+Shift+m"],
  [{ key: "F8", shiftKey: true }, "Shift+F8"],
  [{ key: "ArrowLeft", altKey: true }, "Alt+ArrowLeft"],
  [{ key: " " }, "Space"],
  [{ key: "Shift", shiftKey: true }, null],
  [{ key: "e", metaKey: true }, null],
])("a press of %j is written %s", (press, expected) => {
  expect(writtenKey(new KeyboardEvent("keydown", press), false)).toBe(expected);
});

test("keys of standard moves and fixed ones cannot be changed", () => {
  expect(ALL.filter(canChange).map(({ id }) => id)).toEqual([
    "comment",
    "search",
    "next-case",
    "next-entry",
    "go-board",
    "palette",
  ]);
  expect([startsTwo(ALL, "g"), startsTwo(ALL, "j")]).toEqual([true, false]);
});
