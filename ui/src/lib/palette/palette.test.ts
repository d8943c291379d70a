import { describe, expect, test } from "vitest";
import { fit } from "./fuzzy";
import { isHandle, marked, modeOf, ordered, ranked } from "./palette";
import type { Item } from "./palette";

const item = (title: string, also?: string): Item => ({
  id: title,
  kind: "action",
  title,
  ...(also === undefined ? {} : { also }),
  run: () => undefined,
});
const section = (...titles: string[]) => ({
  id: "s",
  title: "s",
  items: titles.map((title) => item(title)),
});

describe("what fits", () => {
  test.each([
    ["aim", "Assign to me", [0, 3, 10]],
    ["clo det", "Close the detail pane", [0, 1, 2, 10, 11, 12]],
    ["det clo", "Close the detail pane", [0, 1, 2, 10, 11, 12]],
    ["#42", "PROD/soc#42", [8, 9, 10]],
    ["THEME", "Theme: light", [0, 1, 2, 3, 4]],
    ["", "anything", []],
  ])("%s in %s", (typed, text, marks) => {
    expect(fit(typed, text)?.marks).toEqual(marks);
  });

  test.each([
    ["loard", "Board"],
    ["oard", "Board"],
    ["bx", "Board"],
    ["board list", "Board"],
  ])("%s does not fit %s", (typed, text) => {
    expect(fit(typed, text)).toBeNull();
  });

  test("a long text of one letter takes no time", () => {
    const many = "a".repeat(60);
    expect(fit(many, `${many} ${many}`)).not.toBeNull();
  });
});

test("whole words come before initials, and further words count less than the title", () => {
  const { rows } = ranked(section("Show or hide the case", "Hide SOC"), "hide soc");
  expect(rows.map(({ title }) => title)).toEqual(["Hide SOC", "Show or hide the case"]);
  const also = ranked({ id: "s", title: "s", items: [item("Size", "zoom"), item("Zoom")] }, "zoom");
  expect(also.rows.map(({ title }) => title)).toEqual(["Zoom", "Size"]);
});

test("headings keep their order unless a later one fits clearly better", () => {
  const first = ranked(section("Comment"), "comm");
  const later = { ...ranked(section("Comment"), "comm"), id: "later" };
  expect(ordered([first, later]).map(({ id }) => id)).toEqual(["s", "later"]);
  const weak = ranked(section("Show or hide the case"), "hide soc");
  const strong = { ...ranked(section("Hide SOC"), "hide soc"), id: "strong" };
  expect(ordered([weak, strong]).map(({ id }) => id)).toEqual(["strong", "s"]);
});

test("nothing typed leaves everything in its order", () => {
  const titles = ["b", "a", "c"];
  expect(ranked(section(...titles), "").rows.map(({ title }) => title)).toEqual(titles);
});

test.each([
  ["> theme", "actions", "theme"],
  ["#42", "cases", "#42"],
  ["?undo", "keys", "undo"],
  ["web-07", "all", "web-07"],
] as const)("%s is the mode %s", (text, mode, typed) => {
  expect(modeOf(text)).toEqual({ mode, typed });
});

test.each([
  ["#42", true],
  ["42", true],
  ["prod/SOC#42", true],
  ["#4", false],
  ["", false],
])("%s names PROD/soc#42: %s", (typed, expected) => {
  expect(isHandle(typed, "PROD/soc#42")).toBe(expected);
});

test("a title is cut where the marks begin and end", () => {
  expect(marked("Board", [0, 1])).toEqual([
    { text: "Bo", strong: true },
    { text: "ard", strong: false },
  ]);
});
