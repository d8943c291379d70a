import type { CaseDetail, CaseRow, EntryView } from "$lib/backend/backend";
import { FakeBackend } from "$lib/backend/fake";
import { words } from "$lib/shared/words";
import { makeEntry } from "$lib/backend/fake-outbox";

/** The world of the gallery: cases and deployments as the fake backend has them. */
export const fake = new FakeBackend();

/** One case with something else about it. */
export function row(over: Partial<CaseRow> = {}): CaseRow {
  return { ...fake.detail("case-soc-42").row, ...over };
}

export const nothing = (): void => {
  // In the gallery nothing is done.
};

/** Why a read-only case may not be changed. */
export const READ_ONLY = words.rights.mayNot("write", "PRACTICE / SOC");

const LONG =
  "An engineering workstation talks to an unknown controller on the cell network, four times an hour, since the last firmware change";

/** What a case can be, wherever it is shown. */
export const CASES: readonly { state: string; row: CaseRow }[] = [
  { state: "default", row: row() },
  { state: "low, nobody, no tags", row: row({ severity: "low", assignees: [], tags: [] }) },
  { state: "pending", row: row({ pending: true, status: "in-progress" }) },
  {
    state: "unknown severity and status, other owner",
    row: row({ severity: "severe", status: "on-hold", owner: "observability" }),
  },
  {
    state: "long title, many tags, many people",
    row: row({
      title: LONG,
      tags: [
        "tlp:amber+strict",
        "T1078.004",
        "confidence:high",
        "a-tag-that-is-far-too-long-for-it",
      ],
      assignees: ["Maya Lindqvist", "Jonas Weber", "Priya Raman", "Sam Okafor"].map((name) => ({
        name,
        uid: name,
      })),
      nAlerts: 1000,
      nComments: 128,
    }),
  },
  { state: "found by a search", row: row({ matchedIn: ["comment", "observable"] }) },
  { state: "no number yet, closed", row: row({ handle: "PRACTICE/soc~76e195", status: "closed" }) },
];

/** The whole case that most of the gallery is about, and the same with another row. */
export const detail: CaseDetail = fake.detail("case-soc-42");

export function detailOf(over: CaseRow): CaseDetail {
  const { assignees, tags, title } = over;
  const fields = {
    ...detail.fields,
    title,
    tags,
    assignees: assignees.map(({ name }) => name ?? ""),
  };
  return { ...detail, row: over, fields };
}

const waiting: EntryView = makeEntry("waits", detail.row.case, {
  kind: "editCase",
  fields: ["title", "description", "severity", "status", "tags", "assignees", "category"].map(
    (field) => ({ field, value: ["high"] }),
  ),
});

/** The same while nothing of what was changed is confirmed. */
export const pendingDetail: CaseDetail = {
  ...detail,
  row: { ...detail.row, pending: true, severity: "high" },
  entries: [waiting],
  activity: (detail.activity ?? []).map((entry, at, all) =>
    at === all.length - 1 ? { ...entry, pending: "added" } : entry,
  ),
};

/** Cases of several spaces. */
export const manyRows: readonly CaseRow[] = fake.world.cases.slice(0, 9).map(({ row: one }) => one);
