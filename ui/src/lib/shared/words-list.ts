import type { Grouping, ListOrder } from "$lib/backend/backend";
import { grouped, plural } from "./text";

const ORDERS: Readonly<Record<ListOrder, string>> = {
  severity: "Severity",
  changed: "Last change",
  created: "Created",
  closed: "Closed",
  number: "Number",
  title: "Title",
  category: "Category",
  owner: "Owner",
  alerts: "Alerts",
  comments: "Comments",
};

const GROUPINGS: Readonly<Record<Grouping, string>> = {
  status: "Status",
  severity: "Severity",
  assignee: "Assignee",
  source: "Source",
  category: "Category",
  tag: "Tag",
  owner: "Owner",
};

/** Names of the groups of cases that have nothing there. */
const NONE: Readonly<Record<Grouping, string>> = {
  status: "No status",
  severity: "No severity",
  assignee: "No one assigned",
  source: "No source",
  category: "No category",
  tag: "No tags",
  owner: "No owner",
};

/** Words of the list. */
export const listWords = {
  region: "List",
  loading: "Loading cases",
  failed: "The list could not be read.",
  order: (order: ListOrder) => ORDERS[order],
  orderBy: (order: string) => `Order: ${order}`,
  reverse: "Turn around",
  grouping: (grouping: Grouping) => GROUPINGS[grouping],
  groupBy: (grouping: string) => `Group: ${grouping}`,
  noGrouping: "None",
  none: (grouping: Grouping) => NONE[grouping],
  heading: (group: string, count: number, severities: string) =>
    [group, plural(count, "case", "cases"), ...(severities === "" ? [] : [severities])].join(", "),
  collapseAll: "Close all groups",
  expandAll: "Open all groups",
  moreGroups: (shown: number, all: number) =>
    `The ${grouped(shown)} largest of ${grouped(all)} groups are shown.`,
  columns: "Columns",
  density: (density: string) => `Density: ${density}`,
  column: {
    severity: "Severity",
    handle: "Case",
    title: "Title",
    status: "Status",
    assignees: "Assigned",
    tags: "Tags",
    alerts: "Alerts",
    comments: "Comments",
    changed: "Changed",
    created: "Created",
    age: "Age",
    owner: "Owner",
    source: "Source",
  },
  /** Where the name does not fit. */
  short: { severity: "Sev" },
  status: (status: string) => `Status: ${status}. Change`,
} as const;
