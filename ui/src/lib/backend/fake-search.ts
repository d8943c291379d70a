import type {
  CaseRow,
  Chip,
  Group,
  Grouping,
  ListPart,
  Operator,
  SearchField,
  SearchView,
  Searched,
  SeverityCounts,
} from "./backend";

/** What a search is told to mean or to lack, for tests: the fake knows only words, `field:value` and a minus. */
export type SearchFixture = Partial<SearchView> & Partial<Searched>;

const FIELDS: readonly [name: string, kind: "text" | "exact" | "time", values: string[]][] = [
  ["any", "text", []],
  ["title", "text", []],
  ["comment", "text", []],
  ["status", "exact", []],
  ["is", "exact", ["open", "closed", "active", "mine", "unassigned"]],
  ["sev", "exact", ["low", "medium", "high", "critical"]],
  ["assignee", "exact", []],
  ["tag", "exact", []],
  ["space", "exact", []],
  ["source", "exact", []],
  ["host", "exact", []],
  ["updated", "time", []],
];

const OPERATORS: Readonly<Record<"text" | "exact" | "time", Operator[]>> = {
  text: ["contains", "isNot", "isEmpty", "isNotEmpty"],
  exact: ["is", "isNot", "isEmpty", "isNotEmpty"],
  time: ["before", "after", "between", "moreThan", "lessThan"],
};

export const SEARCH_FIELDS: readonly SearchField[] = FIELDS.map(([name, kind, values]) => ({
  name,
  operators: OPERATORS[kind],
  values,
}));

/** Cuts at blanks that are in no quotes. */
function parts(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

export function readChips(text: string): Chip[] {
  return parts(text).map((part): Chip => {
    const [, minus = "", field, value = ""] = /^(-?)(?:(\w+):)?(.*)$/.exec(part) ?? [];
    const known = SEARCH_FIELDS.find(({ name }) => name === (field ?? "any"));
    if (known === undefined || value === "") {
      return { kind: "text", text: part };
    }
    const values = value.split(",").map((one) => one.replaceAll('"', ""));
    const operator = known.operators[0] ?? "is";
    if (field !== undefined && values[0] === "none") {
      return { kind: "field", field, operator: "isEmpty", values: [] };
    }
    return {
      kind: "field",
      field: known.name,
      operator: minus === "" ? operator : "isNot",
      values,
    };
  });
}

export function writeChips(chips: readonly Chip[]): string {
  const quoted = (value: string) => (/[\s,]/.test(value) ? `"${value}"` : value);
  return chips
    .map((chip) => {
      if (chip.kind === "text") {
        return chip.text;
      }
      const field = chip.field === "any" ? "" : `${chip.field}:`;
      const value = chip.operator === "isEmpty" ? "none" : chip.values.map(quoted).join(",");
      return `${chip.operator === "isNot" ? "-" : ""}${field}${value}`;
    })
    .join(" ");
}

/** Whether a case matches. */
export function matches(row: CaseRow, chips: readonly Chip[]): boolean {
  return chips.every((chip) => {
    if (chip.kind === "text") {
      // A field without a value is left out.
      return chip.text.endsWith(":") || contains(row, chip.text.replaceAll('"', ""));
    }
    const has = (value: string) => holds(row, chip.field, value.toLowerCase());
    switch (chip.operator) {
      case "isNot":
        return !chip.values.some(has);
      case "isEmpty":
        return chip.field === "assignee" ? row.assignees.length === 0 : row.tags.length === 0;
      case "is":
      case "contains":
        return chip.values.some(has);
      case "before":
      case "after":
      case "between":
      case "moreThan":
      case "lessThan":
      case "isNotEmpty":
        return true;
    }
  });
}

/** The row, with where the words of a search stand in it. */
export function found(row: CaseRow, chips: readonly Chip[]): CaseRow {
  const needles = chips.flatMap((chip) =>
    chip.kind === "field" && chip.field === "any" && chip.operator === "contains"
      ? chip.values.map((value) => value.toLowerCase())
      : [],
  );
  const inTitle = needles.some((needle) => row.title.toLowerCase().includes(needle));
  const inTag = needles.some((needle) =>
    row.tags.some((tag) => tag.toLowerCase().includes(needle)),
  );
  return {
    ...row,
    matchedIn: [...(inTitle ? ["title" as const] : []), ...(inTag ? ["tag" as const] : [])],
  };
}

export function groupRows(
  rows: readonly CaseRow[],
  grouping: Grouping,
  count: (rows: readonly CaseRow[]) => SeverityCounts,
): Group[] {
  const keys = new Set(rows.flatMap((row) => keysOf(row, grouping)));
  return [...keys]
    .map((key) => {
      const own = rows.filter((row) => keysOf(row, grouping).includes(key));
      return {
        key,
        name: nameOf(own[0], grouping, key),
        total: own.length,
        severities: count(own),
      };
    })
    .sort(
      (a, b) =>
        place(grouping, a.key) - place(grouping, b.key) ||
        b.total - a.total ||
        String(a.key).localeCompare(String(b.key)),
    );
}

export function listRows(rows: readonly CaseRow[], part: ListPart): CaseRow[] {
  const { group, order, descending } = part;
  const own = rows.filter(
    (row) => group === null || keysOf(row, group.grouping).includes(group.key),
  );
  const sign = descending ? -1 : 1;
  return own.toSorted((a, b) => sign * compare(a, b, order));
}

const RANKS = ["critical", "high", "medium", "low"];
const STATUSES = ["open", "in-progress", "on-hold", "closed"];

function compare(a: CaseRow, b: CaseRow, order: ListPart["order"]): number {
  const time = (at: string) => Date.parse(at);
  switch (order) {
    case "severity":
      return (
        RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) ||
        time(b.changedAt) - time(a.changedAt)
      );
    case "changed":
    case "closed":
      return time(a.changedAt) - time(b.changedAt);
    case "created":
      return time(a.createdAt) - time(b.createdAt);
    case "number":
      return Number(a.handle.split("#")[1]) - Number(b.handle.split("#")[1]);
    case "title":
    case "category":
      return a.title.localeCompare(b.title);
    case "owner":
      return a.owner.localeCompare(b.owner);
    case "alerts":
      return a.nAlerts - b.nAlerts;
    case "comments":
      return a.nComments - b.nComments;
  }
}

function keysOf(row: CaseRow, grouping: Grouping): (string | null)[] {
  const some = (keys: string[]) => (keys.length === 0 ? [null] : keys);
  switch (grouping) {
    case "status":
      return [row.status];
    case "severity":
      return [row.severity];
    case "assignee":
      return some(row.assignees.map(({ name }) => name ?? ""));
    case "source":
      return [`${row.case.source.deployment}/${row.case.source.space}`];
    case "category":
      return [null];
    case "tag":
      return some(row.tags);
    case "owner":
      return [row.owner];
  }
}

function nameOf(row: CaseRow | undefined, grouping: Grouping, key: string | null): string | null {
  return grouping === "source" && row !== undefined
    ? `${row.deploymentName} / ${row.spaceName}`
    : key;
}

/** Statuses and severities in their own order, those without last. */
function place(grouping: Grouping, key: string | null): number {
  if (key === null) {
    return 1;
  }
  switch (grouping) {
    case "status":
      return STATUSES.indexOf(key);
    case "severity":
      return RANKS.indexOf(key);
    case "assignee":
    case "source":
    case "category":
    case "tag":
    case "owner":
      return 0;
  }
}

function holds(row: CaseRow, field: string, value: string): boolean {
  switch (field) {
    case "sev":
      return row.severity === value;
    case "status":
      return row.status === value;
    case "is":
      return value === "active" ? row.status !== "closed" : row.status === value;
    case "tag":
      return row.tags.some((tag) => tag.toLowerCase() === value);
    case "space":
    case "source":
      return row.case.source.space === value;
    case "assignee":
      return row.assignees.some(({ name }) => name?.toLowerCase().includes(value) === true);
    case "title":
      return row.title.toLowerCase().includes(value);
    default:
      return contains(row, value);
  }
}

function contains(row: CaseRow, needle: string): boolean {
  const hay = `${row.title} ${row.tags.join(" ")} ${row.handle} ${row.case.id}`.toLowerCase();
  return hay.includes(needle.toLowerCase());
}
