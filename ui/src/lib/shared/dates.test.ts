import { expect, test } from "vitest";
import { absolute, age, clockTime, shortAge, spokenAge, wallClock } from "./dates";

const NOW = Date.parse("2026-11-23T12:04:31Z");
const ago = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [MINUTE, "1 m"],
  [9 * MINUTE, "9 m"],
  [HOUR, "1 h"],
  [3 * HOUR + 12 * MINUTE, "3 h 12 m"],
  [24 * HOUR - 1, "23 h 59 m"],
  [24 * HOUR, "1 d"],
  [50 * HOUR, "2 d"],
  [-5 * MINUTE, "0 s"],
])("%d ms ago is %s", (milliseconds, expected) => {
  expect(age(ago(milliseconds), NOW)).toBe(expected);
});

test("a tight place gets the longest unit only", () => {
  expect(shortAge(ago(3 * HOUR + 12 * MINUTE), NOW)).toBe("3 h");
  expect(shortAge(ago(12 * MINUTE), NOW)).toBe("12 m");
});

test("ages are spoken with their unit and plural", () => {
  expect(spokenAge(ago(9 * MINUTE), NOW)).toBe("9 minutes");
  expect(spokenAge(ago(HOUR), NOW)).toBe("1 hour");
});

test("times of today have no date, others do", () => {
  expect(clockTime("2026-11-23T09:12:00Z", "utc", NOW)).toBe("09:12");
  expect(clockTime("2026-11-22T23:59:00Z", "utc", NOW)).toBe("2026-11-22 23:59");
});

test("the absolute form names its zone", () => {
  expect(absolute("2026-11-23T12:04:31Z", "utc")).toBe("2026-11-23 12:04:31Z");
  expect(absolute("2026-11-23T12:04:31Z", "local")).toMatch(
    /^2026-11-2\d \d\d:\d4:31[+-]\d\d:\d\d$/,
  );
});

test("what is no time is a dash", () => {
  expect(absolute("soon", "utc")).toBe("–");
  expect(clockTime("soon", "utc", NOW)).toBe("–");
  expect(age("soon", NOW)).toBe("–");
});

test("the status bar's clock has seconds", () => {
  expect(wallClock(NOW, "utc")).toBe("12:04:31");
});
