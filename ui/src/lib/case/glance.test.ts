import { expect, test } from "vitest";
import { beside } from "./glance";

const ROOM = { width: 1000, height: 600 };
const PANEL = { width: 400, height: 200 };

test.each([
  ["right of a card", [100, 180, 20, 300], [308, 100]],
  ["left of it where the right has no room", [100, 180, 600, 900], [192, 100]],
  ["higher, so that all of it is seen", [500, 580, 20, 300], [308, 392]],
  ["under a row that is too wide", [100, 140, 0, 1000], [592, 148]],
  ["over a wide row at the foot", [500, 540, 0, 1000], [592, 292]],
] as const)("a panel stands %s", (_, [top, bottom, left, right], [x, y]) => {
  expect(beside({ top, bottom, left, right }, PANEL, ROOM)).toEqual({ left: x, top: y });
});
