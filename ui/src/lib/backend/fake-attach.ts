import type { AlertOutcome, AttachReport, CaseDetail, Outcome } from "./backend";
import { commandError } from "./fake-error";
import type { FakeOutbox } from "./fake-outbox";
import type { World } from "./fixtures";
import { COPIED_IN, TRAY_IDS, copiedSummary } from "./tray-fixtures";

export const ALERT_ID = /\b[0-9a-f]{64}\b/gi;
export const SHORTENED = /[0-9a-f]{4,}…[0-9a-f]{4,}/gi;

type Attaching = {
  world: World;
  entries: FakeOutbox;
  now: number;
  detail: CaseDetail;
  unknown: boolean;
};

/** Attaches what stands in a text, as the core would, and tells the outcome of each id. */
export function attachText(
  world: World,
  entries: FakeOutbox,
  now: number,
  detail: CaseDetail,
  text: string,
  unknown = false,
): AttachReport {
  const ids = [...new Set([...text.matchAll(ALERT_ID)].map(([id]) => id.toLowerCase()))];
  const attaching = { world, entries, now, detail, unknown };
  const items = ids.map((id): AlertOutcome => {
    const line = text.slice(0, text.toLowerCase().indexOf(id)).split("\n").length;
    const summary = world.alerts.get(id)?.summary ?? null;
    return { id, line, outcome: attachOne(attaching, id), summary };
  });
  return {
    case: detail.row.case,
    handle: detail.row.handle,
    title: detail.row.title,
    items,
    shortened: [...text.matchAll(SHORTENED)].map(([id]) => id),
    cutOff: false,
  };
}

function attachOne({ world, entries, now, detail, unknown }: Attaching, id: string): Outcome {
  const known = world.alerts.get(id);
  const { source } = detail.row.case;
  const copied = id === TRAY_IDS.copied;
  const sources = copied ? COPIED_IN : known === undefined ? [] : [known.source];
  const isThere = sources.some(({ space }) => space === source.space);
  if (sources.length === 0 && !unknown) {
    return { kind: "notFound", unasked: [] };
  }
  if (sources.length > 0 && !isThere) {
    return { kind: "elsewhere", sources: sources.map(({ space }) => `PRACTICE / ${space}`) };
  }
  if (id.startsWith("7777")) {
    return { kind: "refused", error: commandError("alert_case_limit") };
  }
  if ((detail.alerts ?? []).some((alert) => alert.id === id)) {
    return { kind: "alreadyAttached" };
  }
  const attachedAt = new Date(now).toISOString();
  const summary = known?.summary ?? (copied ? copiedSummary(now) : null);
  const alert = { id, index: ".alerts-security", attachedAt, summary };
  const entry = entries.attach(detail, alert);
  return entry.state === "done" ? { kind: "attached" } : { kind: "waiting", entry: entry.id };
}
