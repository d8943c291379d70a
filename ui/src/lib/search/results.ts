import type { CaseRow, MatchedIn } from "$lib/backend/backend";

/** Most cases that are listed under the search field. */
export const MOST_RESULTS = 20;

const ORDER: readonly MatchedIn[] = [
  "id",
  "observable",
  "alert",
  "comment",
  "title",
  "description",
  "tag",
];

export type ResultGroup = { place: MatchedIn | "other"; rows: readonly CaseRow[] };

/** Cases by the first place in which something was found, the most exact places first; each case once. */
export function groupResults(rows: readonly CaseRow[]): ResultGroup[] {
  const placeOf = ({ matchedIn }: CaseRow) =>
    ORDER.find((place) => matchedIn.includes(place)) ?? "other";
  return [...ORDER, "other" as const]
    .map((place) => ({ place, rows: rows.filter((row) => placeOf(row) === place) }))
    .filter((group) => group.rows.length > 0);
}
