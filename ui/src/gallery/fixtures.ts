import type { CaseRow } from "$lib/backend/backend";
import { FakeBackend } from "$lib/backend/fake";

/** The world of the gallery: cases and deployments as the fake backend has them. */
export const fake = new FakeBackend();

/** One case with something else about it. */
export function row(over: Partial<CaseRow> = {}): CaseRow {
  return { ...fake.detail("case-soc-42").row, ...over };
}

export const nothing = (): void => {
  // In the gallery nothing is done.
};

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
