import type { CaseRef, EntryView } from "./backend";
import { makeEntry } from "./fake-outbox";
import { CLOUD, OT, SOC } from "./fixtures";

const MINUTE = 60_000;

/** One entry in each state that a person can see, for tests and the development page. */
export function makeEntries(now: number): EntryView[] {
  const at = (ago: number) => ({ createdAt: new Date(now - ago).toISOString() });
  const dll: CaseRef = { source: SOC, id: "case-soc-42" };
  const mail: CaseRef = { source: SOC, id: "case-soc-44" };
  const plc: CaseRef = { source: OT, id: "case-ot-7" };
  const login: CaseRef = { source: CLOUD, id: "case-cloud-118" };
  const status = (value: string) => ({
    kind: "editCase" as const,
    fields: [{ field: "status", value: [value] }],
  });
  return [
    makeEntry("done", mail, status("in-progress"), { state: "done", ...at(31 * MINUTE) }),
    makeEntry("cancelled", mail, status("closed"), {
      state: "cancelled",
      canUndo: false,
      ...at(24 * MINUTE),
    }),
    makeEntry(
      "refused",
      dll,
      {
        kind: "addComment",
        text: "Isolation confirmed.\nThe memory image of web-07 is on its way to the lab.",
      },
      {
        state: "refused",
        why: "refused",
        error: "forbidden",
        refusal: "Unauthorized to create case comments with owners: securitySolution",
        attempts: 1,
        ...at(12 * MINUTE),
      },
    ),
    makeEntry("waiting", dll, status("in-progress"), {
      error: "unreachable",
      attempts: 3,
      ...at(11 * MINUTE),
    }),
    makeEntry(
      "conflict",
      plc,
      {
        kind: "editCase",
        fields: [
          { field: "severity", value: ["high"] },
          { field: "tags", value: ["plant-3", "T0869", "contained"] },
        ],
      },
      {
        state: "needsYou",
        why: "conflict",
        error: "version_conflict",
        conflicts: [
          { field: "severity", base: ["medium"], mine: ["high"], theirs: ["critical"] },
          { field: "title", base: ["PLC"], mine: ["Unknown PLC"], theirs: ["New PLC, cell 3"] },
        ],
        ...at(9 * MINUTE),
      },
    ),
    makeEntry(
      "checking",
      plc,
      { kind: "attachAlerts", nAlerts: 23 },
      {
        state: "checking",
        error: "timed_out",
        canUndo: false,
        attempts: 1,
        by: { face: "mcp", client: "triage-agent" },
        ...at(4 * MINUTE),
      },
    ),
    makeEntry("asks", login, status("closed"), { state: "held", asks: true, ...at(90 * MINUTE) }),
    makeEntry("held", login, status("closed"), {
      state: "held",
      heldUntil: new Date(now + 6000).toISOString(),
      ...at(2000),
    }),
    makeEntry(
      "sending",
      login,
      { kind: "addComment", text: "MFA is enforced now." },
      {
        state: "sending",
        canUndo: false,
        attempts: 1,
        by: { face: "cli" },
        ...at(1000),
      },
    ),
  ];
}
