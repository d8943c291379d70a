import type { CaseRef, ProposalView, ProposedWrite } from "./backend";
import { CLOUD, IDS, OT, SOC } from "./fixtures";

const MINUTE = 60_000;
const DLL: CaseRef = { source: SOC, id: "case-soc-42" };
const PLC: CaseRef = { source: OT, id: "case-ot-7" };
const LOGIN: CaseRef = { source: CLOUD, id: "case-cloud-118" };

/** A proposal of an agent, to change one case unless more is said. */
export function makeProposal(
  id: string,
  now: number,
  over: Partial<ProposalView> = {},
): ProposalView {
  return {
    id,
    hash: `hash-of-${id}`,
    client: "triage-bot",
    session: "7f3a",
    class: "update",
    reason: "Same source IP 203.0.113[.]9 in the last hour.",
    readElsewhere: [],
    createdAt: new Date(now - 2 * MINUTE).toISOString(),
    expiresAt: new Date(now + 8 * MINUTE).toISOString(),
    state: "open",
    note: null,
    writes: [
      makeWrite(`${id}-1`, DLL, {
        what: {
          kind: "editCase",
          fields: [
            { field: "severity", value: ["critical"] },
            { field: "tags", value: ["apt", "web-07"] },
          ],
        },
        diff: [
          { field: "severity", before: ["high"], after: ["critical"] },
          { field: "tags", before: ["apt"], after: ["apt", "web-07"] },
        ],
      }),
    ],
    ...over,
  };
}

export function makeWrite(
  entry: string,
  ref: CaseRef,
  over: Partial<ProposedWrite> = {},
): ProposedWrite {
  const number = ref.id.replace(/\D+/g, "");
  return {
    entry,
    target: {
      case: ref,
      place: `PRACTICE / ${ref.source.space}`,
      handle: `PRACTICE/${ref.source.space}#${number}`,
      title: "Malicious DLL sideloading on web-07",
    },
    what: { kind: "addComment", text: "" },
    diff: [],
    alerts: [],
    state: "proposed",
    ...over,
  };
}

/** A proposal of each kind and in each state, for tests and the development page. */
export function makeProposals(now: number): ProposalView[] {
  return [
    makeProposal("p-old", now, {
      class: "comment",
      state: "refused",
      note: "Wrong host.",
      createdAt: new Date(now - 90 * MINUTE).toISOString(),
      expiresAt: new Date(now - 80 * MINUTE).toISOString(),
      reason: null,
      writes: [
        makeWrite("p-old-1", PLC, {
          diff: [{ field: "comment", before: [], after: ["The PLC answers on port 502."] }],
          state: "cancelled",
        }),
      ],
    }),
    makeProposal("p-late", now, {
      class: "close",
      createdAt: new Date(now - 20 * MINUTE).toISOString(),
      expiresAt: new Date(now - 10 * MINUTE).toISOString(),
      state: "expired",
      writes: [
        makeWrite("p-late-1", LOGIN, {
          diff: [{ field: "status", before: ["open"], after: ["closed"] }],
          state: "cancelled",
        }),
      ],
    }),
    makeProposal("p-update", now),
    makeProposal("p-attach", now, {
      class: "attach",
      client: "enricher",
      readElsewhere: ["PRACTICE / OT plant"],
      writes: [
        makeWrite("p-attach-1", LOGIN, {
          what: { kind: "attachAlerts", nAlerts: 2 },
          alerts: [IDS.free, IDS.free2],
        }),
      ],
    }),
    makeProposal("p-delete", now, {
      class: "delete",
      reason: "A duplicate of PRACTICE/soc#42.",
      writes: [
        makeWrite("p-delete-1", DLL, {
          what: { kind: "deleteCase", title: "Malicious DLL sideloading on web-07" },
          diff: [{ field: "title", before: ["Malicious DLL sideloading on web-07"], after: [] }],
        }),
      ],
    }),
  ];
}
