import type { VirtualItem } from "@tanstack/virtual-core";

/** A row that is drawn, and what it is drawn in: that shows another row when its own is out of sight, which takes much less than to draw anew. */
export type DrawnRow = { readonly item: VirtualItem; readonly slot: number };

/** By index. */
export const NOTHING_DRAWN: ReadonlyMap<number, DrawnRow> = new Map();

/** Rows that stay keep their slots, and rows that come take those of rows that go. */
export function recycled(
  before: ReadonlyMap<number, DrawnRow>,
  items: readonly VirtualItem[],
): ReadonlyMap<number, DrawnRow> {
  const coming = new Set(items.map(({ index }) => index));
  const free = [...before].flatMap(([index, { slot }]) => (coming.has(index) ? [] : [slot]));
  let next = Math.max(-1, ...[...before.values()].map(({ slot }) => slot)) + 1;
  return new Map(
    items.map((item) => {
      const old = before.get(item.index);
      const row = old?.item === item ? old : { item, slot: old?.slot ?? free.pop() ?? next++ };
      return [item.index, row];
    }),
  );
}
