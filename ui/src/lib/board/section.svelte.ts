import type { Backend, Group, GroupKey, Grouping, ListOrder } from "$lib/backend/backend";
import { WindowState } from "./window.svelte";

/** Rows asked for at once: more than the tallest screen shows. */
export const LIST_PAGE = 200;

/** By what a list is put in order. */
export type Order = { order: ListOrder; descending: boolean };

/** What names a section among all that any grouping makes. */
export function sectionId(grouping: Grouping | null, key: string | null): string {
  if (grouping === null) {
    return "all";
  }
  return key === null ? `${grouping} none` : `${grouping} is ${key}`;
}

/** The whole list, or one group of it: a window of at most a page of rows. */
export class SectionState extends WindowState {
  readonly id: string;
  readonly grouping: Grouping | null;
  #group = $state.raw<Group | null>(null);
  collapsed = $state(false);

  readonly group: Group | null = $derived(this.#group);
  /** Its heading and its rows, as far as they are shown. */
  readonly nLines = $derived.by(
    () => (this.grouping === null ? 0 : 1) + (this.collapsed ? 0 : this.total),
  );

  constructor(
    backend: Backend,
    grouping: Grouping | null,
    group: Group | null,
    order: () => Order,
  ) {
    const key: GroupKey | null = grouping === null ? null : { grouping, key: group?.key ?? null };
    super(
      (query, offset, limit) => backend.list(query, { group: key, ...order(), offset, limit }),
      LIST_PAGE,
    );
    this.id = sectionId(grouping, group?.key ?? null);
    this.grouping = grouping;
    this.describe(group);
  }

  describe(group: Group | null): void {
    this.#group = group;
    this.count(group?.total ?? 0);
  }
}
