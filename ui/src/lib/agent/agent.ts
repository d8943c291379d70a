import type { AgentPolicies, GrantView, ProposalView, SourceId } from "$lib/backend/backend";
import type { Policy, ProposalState, WriteClass } from "$lib/backend/backend";
import { words } from "$lib/shared/words";

/** Kinds of writes, the least dangerous first. */
export const CLASSES: readonly WriteClass[] = [
  "create",
  "comment",
  "attach",
  "update",
  "close",
  "delete",
  "push",
];

/** What becomes of a write: what is not granted is refused. */
export type Rule = Policy | "refuse";

/** Whether it may be sent without asking: nothing that closes, deletes or pushes. */
export function mayBeAllowed(kind: WriteClass): boolean {
  return kind === "create" || kind === "comment" || kind === "attach" || kind === "update";
}

/** Whether it may be allowed for one case: a new case is none yet. */
export function hasHour({ class: kind }: ProposalView): boolean {
  return mayBeAllowed(kind) && kind !== "create";
}

/** Rules that can be chosen for a kind. */
export function rulesFor(kind: WriteClass): readonly Rule[] {
  return mayBeAllowed(kind) ? ["refuse", "ask", "allow"] : ["refuse", "ask"];
}

/** What holds for a kind of write in all of a place. */
export function ruleOf({ grants }: AgentPolicies, source: SourceId, kind: WriteClass): Rule {
  const whole = grants.find(
    (grant) => grant.case === null && grant.class === kind && sameSource(grant.source, source),
  );
  return whole?.policy ?? "refuse";
}

/** Cases of a place for which something is allowed for an hour. */
export function hoursOf({ grants }: AgentPolicies, source: SourceId): readonly GrantView[] {
  return grants.filter((grant) => grant.case !== null && sameSource(grant.source, source));
}

/** Where a proposal stands now: one whose time is over is refused, whether or not somebody noted it. */
export function stateOf({ expiresAt, state }: ProposalView, now: number): ProposalState {
  return state === "open" && Date.parse(expiresAt) <= now ? "expired" : state;
}

/** What a proposal would do, in a few words. */
export function actOf({ class: kind, writes }: ProposalView): string {
  const n = writes.length;
  if (kind === "attach") {
    const alerts = writes.reduce((sum, write) => sum + write.alerts.length, 0);
    return words.approvals.acts.attach(n, alerts);
  }
  return words.approvals.acts[kind](n);
}

/** Clients of agents that can be set up by one command. */
export const CLIENTS = ["claude-desktop", "claude-code", "cursor", "vscode"] as const;
export type Client = (typeof CLIENTS)[number];

/** The command that sets up a client, for a terminal. */
export function setUpCommand(client: Client, practice: boolean): string {
  return `caseboard mcp install --client ${client}${practice ? " --practice" : ""}`;
}

function sameSource(a: SourceId, b: SourceId): boolean {
  return a.deployment === b.deployment && a.space === b.space;
}
