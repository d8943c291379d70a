import { expect, test } from "vitest";
import type { VirtualItem } from "@tanstack/virtual-core";
import { NOTHING_DRAWN, recycled } from "./rows";
import type { DrawnRow } from "./rows";

function items(...indices: number[]): VirtualItem[] {
  return indices.map((index) => ({ index, key: index, start: 0, size: 1, end: 1, lane: 0 }));
}

const slots = (drawn: ReadonlyMap<number, DrawnRow>) =>
  Object.fromEntries([...drawn].map(([index, { slot }]) => [index, slot]));

test("rows that stay keep what they are drawn in, and rows that come take that of rows that go", () => {
  const first = recycled(NOTHING_DRAWN, items(0, 1, 2, 3));
  expect(slots(first)).toEqual({ 0: 0, 1: 1, 2: 2, 3: 3 });
  const scrolled = recycled(first, items(2, 3, 4, 5));
  expect(slots(scrolled)).toMatchObject({ 2: 2, 3: 3 });
  expect(Object.values(slots(scrolled)).sort()).toEqual([0, 1, 2, 3]);
  const elsewhere = recycled(scrolled, items(0, 90, 91, 92));
  expect(Object.values(slots(elsewhere)).sort()).toEqual([0, 1, 2, 3]);
});

test("no two rows are drawn in the same place, however many there are", () => {
  let drawn = recycled(NOTHING_DRAWN, items(0, 1, 2, 3, 4));
  for (const rows of [[4], [3, 4, 5], [0, 9, 10, 11, 12, 13], [13], [0, 1, 2, 3, 4, 5, 6]]) {
    drawn = recycled(drawn, items(...rows));
    expect(new Set([...drawn.values()].map(({ slot }) => slot)).size).toBe(rows.length);
    expect([...drawn.keys()]).toEqual(rows);
  }
});

test("a row of which nothing changed is the same as before", () => {
  const rows = items(0, 1);
  const before = recycled(NOTHING_DRAWN, rows);
  expect(recycled(before, rows).get(1)).toBe(before.get(1));
});
