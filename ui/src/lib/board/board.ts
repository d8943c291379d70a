import type { CaseRef, SeverityCounts } from "$lib/backend/backend";
import { readTag } from "$lib/shared/tags";
import { words } from "$lib/shared/words";

/** A case's key in lists: its id alone is not unique over deployments. */
export function caseKey(ref: CaseRef): string {
  return `${ref.source.deployment}/${ref.source.space}/${ref.id}`;
}

/** Tags in the order of the card: its marking first, then ATT&CK, else as they came. */
export function orderTags(tags: readonly string[]): string[] {
  const rank = (tag: string) => {
    const { kind } = readTag(tag);
    return kind === "tlp" ? 0 : kind === "technique" || kind === "tactic" ? 1 : 2;
  };
  return tags.toSorted((a, b) => rank(a) - rank(b));
}

export const SEVERITIES = ["critical", "high", "medium", "low", "unknown"] as const;

/** Heights of the small bars in a column's header, 0 to 1, worst severity first. */
export function spread(
  counts: SeverityCounts,
): { severity: string; count: number; height: number }[] {
  const most = Math.max(1, ...SEVERITIES.map((severity) => counts[severity]));
  return SEVERITIES.filter((severity) => severity !== "unknown" || counts.unknown > 0).map(
    (severity) => ({ severity, count: counts[severity], height: counts[severity] / most }),
  );
}

/** What the bars of a spread say, for ears and tooltips. */
export function toldSpread(counts: SeverityCounts): string {
  return words.board.spread(
    SEVERITIES.map((severity) => [words.severity(severity), counts[severity]]),
  );
}

/** Which rows to hold so that `first` to `last` can be drawn: a page around them. */
export function pageAround(first: number, last: number, total: number, size: number): number {
  const middle = Math.floor((first + last) / 2);
  return Math.max(0, Math.min(middle - Math.floor(size / 2), total - size));
}
