import { expect, test } from "vitest";
import { formatted } from "./format";

const press = (key: string, shiftKey = false) => ({
  key,
  ctrlKey: true,
  metaKey: false,
  altKey: false,
  shiftKey,
});

test.each([
  ["b", "a **b** c", 4, 5],
  ["i", "a *b* c", 3, 4],
  ["e", "a `b` c", 3, 4],
])("Ctrl %s marks what is selected", (key, text, start, end) => {
  expect(formatted(press(key), "a b c", 2, 3)).toEqual({ text, start, end });
});

test("pressed again it takes the marks away", () => {
  expect(formatted(press("b"), "a **b** c", 4, 5)).toEqual({ text: "a b c", start: 2, end: 3 });
});

test("a link asks for its address", () => {
  const made = formatted(press("K", true), "see this", 4, 8);
  expect(made).toEqual({ text: "see [this](https://)", start: 19, end: 19 });
});

test("other keys change nothing", () => {
  expect(formatted(press("x"), "a", 0, 1)).toBeNull();
  expect(formatted({ ...press("b"), ctrlKey: false }, "a", 0, 1)).toBeNull();
});
