import { describe, expect, test } from "vitest";
import { grouped, initials, shortId, shown } from "./text";

test("a long id loses its middle, a short one nothing", () => {
  expect(shortId("e2a2fe1986a04bd3b1f2ce70d5a49810b7c36d1e52f84a907c1b3d4e5f086d76")).toBe(
    "e2a2fe19…086d76",
  );
  expect(shortId("AYx2b3c4d5e6f7g8h9i0")).toBe("AYx2b3c4d5e6f7g8h9i0");
});

test.each([
  ["Maya Lindqvist", "ML"],
  ["j.weber", "JW"],
  ["Ana Maria de Souza", "AS"],
  ["elastic", "E"],
  ["", ""],
  ["😀 Robo", "R"],
])("%s has the initials %s", (name, expected) => {
  expect(initials(name)).toBe(expected);
});

test.each([
  [7, "7"],
  [1000, "1\u202f000"],
  [1234567, "1\u202f234\u202f567"],
])("%d is written %s", (count, expected) => {
  expect(grouped(count)).toBe(expected);
});

describe("shown", () => {
  test.each([
    ["abc\u202efdp.exe", "abc⟨RLO⟩fdp.exe"],
    ["a\u200bb", "a⟨ZWSP⟩b"],
    ["a\u0007b", "a⟨U+0007⟩b"],
    ["a\u{e0041}b", "a⟨U+E0041⟩b"],
    ["two\nlines\tand tab", "two lines and tab"],
    ["plain – Ünïcode 漢字 😀", "plain – Ünïcode 漢字 😀"],
  ])("makes %j visible", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});
