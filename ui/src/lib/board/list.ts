import type { Density, Grouping, ListOrder } from "$lib/backend/backend";

export const ROW_HEIGHTS: Readonly<Record<Density, number>> = {
  comfortable: 44,
  default: 36,
  compact: 28,
};

export const ORDERS: readonly ListOrder[] = [
  "changed",
  "created",
  "closed",
  "severity",
  "number",
  "title",
  "category",
  "owner",
  "alerts",
  "comments",
];

export const GROUPINGS: readonly Grouping[] = [
  "status",
  "severity",
  "assignee",
  "source",
  "category",
  "tag",
  "owner",
];

/** Orders that begin with the newest, the largest: what one looks for stands on top. Severity begins with the worst by itself. */
const DESCENDING: readonly ListOrder[] = [
  "changed",
  "created",
  "closed",
  "number",
  "alerts",
  "comments",
];

/** Which way around an order is shown first. */
export function startsDescending(order: ListOrder): boolean {
  return DESCENDING.includes(order);
}

export type ColumnId =
  | "severity"
  | "handle"
  | "title"
  | "status"
  | "assignees"
  | "tags"
  | "alerts"
  | "comments"
  | "changed"
  | "created"
  | "age"
  | "owner"
  | "source";

export type ListColumn = {
  id: ColumnId;
  /** Pixels; the title takes what is left, and never less than this. */
  width: number;
  /** What a click on its header orders by, if there is such an order. */
  order: ListOrder | null;
  /** Whether its values stand at the right edge. */
  right?: boolean;
  /** Whether it is there before anybody chooses. */
  shown: boolean;
};

export const LIST_COLUMNS: readonly ListColumn[] = [
  { id: "severity", width: 56, order: "severity", shown: true },
  { id: "handle", width: 156, order: "number", shown: true },
  { id: "title", width: 240, order: "title", shown: true },
  { id: "status", width: 120, order: null, shown: true },
  { id: "assignees", width: 88, order: null, shown: true },
  { id: "tags", width: 188, order: null, shown: true },
  { id: "alerts", width: 56, order: "alerts", right: true, shown: true },
  { id: "comments", width: 56, order: "comments", right: true, shown: true },
  { id: "changed", width: 92, order: "changed", shown: true },
  { id: "created", width: 132, order: "created", shown: false },
  { id: "age", width: 84, order: null, shown: false },
  { id: "owner", width: 108, order: "owner", shown: false },
  { id: "source", width: 100, order: null, shown: true },
];

/** Width of everything that is not the title's to take. */
export function leastWidth(columns: readonly ListColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** The same columns as a grid template. */
export function gridTemplate(columns: readonly ListColumn[]): string {
  return columns
    .map(({ id, width }) => (id === "title" ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(" ");
}
