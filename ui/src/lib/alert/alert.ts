import type { AlertOutcome, AttachReport, Outcome } from "$lib/backend/backend";

export type OutcomeKind = Outcome["kind"];

/** How many ids had each outcome, for the summary. */
export function countOutcomes(report: AttachReport): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of report.items) {
    counts[item.outcome.kind] = (counts[item.outcome.kind] ?? 0) + 1;
  }
  if (report.shortened.length > 0) {
    counts["shortened"] = report.shortened.length;
  }
  return counts;
}

/** Whether the text held nothing that looks like an alert's id. */
export function isEmpty(report: AttachReport): boolean {
  return report.items.length === 0 && report.shortened.length === 0;
}

const ORDER: Readonly<Record<OutcomeKind, number>> = {
  refused: 0,
  unknown: 1,
  elsewhere: 2,
  notFound: 3,
  alreadyAttached: 4,
  attached: 5,
};

/** What needs a person first, else in the order of the text. */
export function byUrgency(items: readonly AlertOutcome[]): AlertOutcome[] {
  return items.toSorted((a, b) => ORDER[a.outcome.kind] - ORDER[b.outcome.kind]);
}

/** Whether trying the same text again could end differently. */
export function mayRetry(report: AttachReport): boolean {
  return report.items.some(
    ({ outcome }) =>
      ((outcome.kind === "refused" || outcome.kind === "unknown") && outcome.error.retryable) ||
      (outcome.kind === "notFound" && outcome.unasked.length > 0),
  );
}
