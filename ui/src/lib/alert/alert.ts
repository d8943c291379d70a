import type { AlertOutcome, AttachReport, EntryId, EntryView, Outcome } from "$lib/backend/backend";
import { toEntryError } from "$lib/backend/errors";

/** What became of one id by now: what waited may have been taken back. */
export type Told = Outcome | { kind: "notSent" };
export type ReportItem = Omit<AlertOutcome, "outcome"> & { outcome: Told };
export type Report = Omit<AttachReport, "items"> & { items: ReportItem[] };
export type OutcomeKind = Told["kind"];

/** How many ids had each outcome, for the summary. */
export function countOutcomes(report: Report): Record<string, number> {
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
export function isEmpty(report: Report): boolean {
  return report.items.length === 0 && report.shortened.length === 0;
}

const ORDER: Readonly<Record<OutcomeKind, number>> = {
  refused: 0,
  elsewhere: 1,
  notFound: 2,
  notSent: 3,
  waiting: 4,
  alreadyAttached: 5,
  attached: 6,
};

/** What needs a person first, else in the order of the text. */
export function byUrgency(items: readonly ReportItem[]): ReportItem[] {
  return items.toSorted((a, b) => ORDER[a.outcome.kind] - ORDER[b.outcome.kind]);
}

/** Whether trying the same text again could end differently. */
export function mayRetry(report: Report): boolean {
  return report.items.some(
    ({ outcome }) =>
      (outcome.kind === "refused" && outcome.error.retryable) ||
      (outcome.kind === "notFound" && outcome.unasked.length > 0),
  );
}

/** Whether something of it is still on its way. */
export function isWaiting(report: Report): boolean {
  return report.items.some(({ outcome }) => outcome.kind === "waiting");
}

/** The report with what became of the entries that it waits for. */
export function settle(report: Report, entries: readonly EntryView[]): Report {
  const byId = new Map<EntryId, EntryView>(entries.map((entry) => [entry.id, entry]));
  const settled = (outcome: Told): Told => {
    const entry = outcome.kind === "waiting" ? byId.get(outcome.entry) : undefined;
    switch (entry?.state) {
      case "done":
        return { kind: "attached" };
      case "cancelled":
        return { kind: "notSent" };
      case "refused":
      case "needsYou":
        return { kind: "refused", error: toEntryError(entry.error ?? "rejected") };
      case "proposed":
      case "held":
      case "waiting":
      case "sending":
      case "checking":
      case undefined:
        return outcome;
    }
  };
  return {
    ...report,
    items: report.items.map((item) => ({ ...item, outcome: settled(item.outcome) })),
  };
}
