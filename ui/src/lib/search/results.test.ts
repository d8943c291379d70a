import { expect, test } from "vitest";
import type { CaseRow, MatchedIn } from "$lib/backend/backend";
import { makeWorld } from "$lib/backend/fixtures";
import { groupResults } from "./results";

test("each case stands once, under the most exact of its places", () => {
  const { cases } = makeWorld(Date.now());
  const places: MatchedIn[][] = [["title", "alert"], ["comment"], [], ["id"], ["alert"]];
  const rows = places.map((matchedIn, index): CaseRow => ({
    ...(cases[index]?.row as CaseRow),
    matchedIn,
  }));
  const told = groupResults(rows).map(({ place, rows: own }) => [
    place,
    own.map((row) => rows.indexOf(row)),
  ]);
  expect(told).toEqual([
    ["id", [3]],
    ["alert", [0, 4]],
    ["comment", [1]],
    ["other", [2]],
  ]);
});
