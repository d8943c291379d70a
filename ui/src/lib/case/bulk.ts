import type { BulkEdit, CaseRow, NewStatus, SourceId } from "$lib/backend/backend";

/** Fields that many cases can be given together. */
export const BULK_FIELDS = ["status", "severity", "assignees", "tags", "category"] as const;
export type BulkField = (typeof BULK_FIELDS)[number];

/** More cases than this wait some seconds before they are sent. */
export const MOST_UNHELD = 20;

/** What is to become of the people that cases are assigned to. */
export const PEOPLE_MODES = ["replace", "add", "remove", "none"] as const;
export type PeopleMode = (typeof PEOPLE_MODES)[number];

/** The selected cases of one source. */
export type BulkSource = {
  key: string;
  source: SourceId;
  deploymentName: string;
  spaceName: string;
  rows: readonly CaseRow[];
};

/** What cases are to be. */
export type BulkWish = {
  field: BulkField;
  status: NewStatus;
  severity: string;
  category: string;
  tags: { add: readonly string[]; remove: readonly string[] };
  mode: PeopleMode;
  /** People by the key of their source. */
  people: Readonly<Record<string, readonly string[]>>;
};

export function bySource(rows: readonly CaseRow[]): BulkSource[] {
  const sources = new Map<string, CaseRow[]>();
  for (const row of rows) {
    const key = keyOf(row.case.source);
    sources.set(key, [...(sources.get(key) ?? []), row]);
  }
  return [...sources].flatMap(([key, of]) => {
    const [first] = of;
    return first === undefined
      ? []
      : [
          {
            key,
            source: first.case.source,
            deploymentName: first.deploymentName,
            spaceName: first.spaceName,
            rows: of,
          },
        ];
  });
}

/** Cases of which the row already tells that nothing would change. */
export function already(rows: readonly CaseRow[], wish: BulkWish): number {
  const { add, remove } = wish.tags;
  switch (wish.field) {
    case "status":
      return rows.filter(({ status }) => status === wish.status).length;
    case "severity":
      return rows.filter(({ severity }) => severity === wish.severity).length;
    case "tags":
      if (add.length + remove.length === 0) {
        return 0;
      }
      return rows.filter(
        ({ tags }) =>
          add.every((tag) => tags.includes(tag)) && !remove.some((tag) => tags.includes(tag)),
      ).length;
    case "assignees":
      return wish.mode === "none"
        ? rows.filter(({ assignees }) => assignees.length === 0).length
        : 0;
    case "category":
      return 0;
  }
}

/** What the core is asked for: cases for which the same is wanted stand together. */
export function editsOf(sources: readonly BulkSource[], wish: BulkWish): BulkEdit[] {
  const refs = (of: readonly BulkSource[]) =>
    of.flatMap(({ rows }) => rows.map((row) => ({ ...row.case })));
  switch (wish.field) {
    case "status":
      return [{ cases: refs(sources), edit: { status: wish.status } }];
    case "severity":
      return [{ cases: refs(sources), edit: { severity: wish.severity } }];
    case "category":
      return [{ cases: refs(sources), edit: { category: wish.category } }];
    case "tags":
      return [
        {
          cases: refs(sources),
          tags: { add: [...wish.tags.add], remove: [...wish.tags.remove] },
        },
      ];
    case "assignees":
      return sources.map((of) => {
        const people = [...(wish.people[of.key] ?? [])];
        const cases = refs([of]);
        switch (wish.mode) {
          case "none":
            return { cases, edit: { assignees: [] } };
          case "replace":
            return { cases, edit: { assignees: people } };
          case "add":
            return { cases, assignees: { add: people } };
          case "remove":
            return { cases, assignees: { remove: people } };
        }
      });
  }
}

export function keyOf({ deployment, space }: SourceId): string {
  return `${deployment}/${space}`;
}
