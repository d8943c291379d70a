import { expect, test } from "vitest";
import { words } from "./words";

test("the summary counts each outcome in its own words and leaves out what did not happen", () => {
  expect(words.attach.summary({ attached: 1, alreadyAttached: 1, notFound: 1 })).toBe(
    "1 attached, 1 was already there, 1 not found",
  );
  expect(words.attach.summary({ alreadyAttached: 2 })).toBe("2 were already there");
  expect(words.attach.summary({})).toBe("");
});

test("one is singular, the rest plural", () => {
  expect(words.statusBar.cases(1, 3)).toBe("1 case in 3 spaces");
  expect(words.card.alerts(0)).toBe("0 alerts");
});

test("what this app does not know is shown as it came", () => {
  expect(words.status("on-hold")).toBe("on-hold");
  expect(words.severity("terrible")).toBe("terrible");
  expect(words.owner("newPlugin")).toBe("newPlugin");
});

test("a card's name reads as a sentence", () => {
  expect(
    words.card.name({
      severity: "Critical",
      handle: "PROD/soc#42",
      title: "DLL sideloading",
      source: "PROD / SOC",
      assignees: ["Maya"],
      alerts: 23,
      comments: 1,
      opened: "3 hours",
      changed: "9 minutes",
      pending: true,
      unread: true,
      readOnly: true,
    }),
  ).toBe(
    "Critical, PROD soc 42, DLL sideloading, PROD / SOC, 23 alerts, 1 comment, assigned to Maya, opened 3 hours ago, changed 9 minutes ago, not yet saved, unread, read-only",
  );
});

/** Every string of the catalogue, with functions called on placeholders. */
function all(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap(all);
  }
  return [];
}

test("no sentence blames, begs or shouts", () => {
  const bad = all(words).filter((text) => /oops|sorry|please|!/i.test(text));
  expect(bad).toEqual([]);
});
