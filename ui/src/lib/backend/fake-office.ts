import type {
  AgentPolicies,
  Approval,
  DeploymentTest,
  EntryId,
  GrantView,
  Policy,
  ProposalView,
  SourceId,
  WriteClass,
} from "./backend";
import { NotNow } from "./fake-outbox";

const HOUR = 60 * 60_000;

/** What agents may write and what they propose, in memory. */
export class FakeAgents {
  proposals: ProposalView[] = [];
  grants: GrantView[] = [];
  marksComments = true;

  policies(): AgentPolicies {
    return { grants: [...this.grants], marksComments: this.marksComments };
  }

  set(source: SourceId, kind: WriteClass, policy: Policy | null): AgentPolicies {
    this.grants = this.grants.filter(
      (grant) => grant.class !== kind || grant.source.space !== source.space,
    );
    if (policy !== null) {
      this.grants.push(makeGrant(source, kind, { policy }));
    }
    return this.policies();
  }

  approve(id: EntryId, hash: string, how: Approval, now: number): void {
    const proposal = this.#open(id);
    if (proposal.hash !== hash) {
      throw new NotNow("it is not what was shown");
    }
    if (proposal.readElsewhere.length > 0 && how.despiteReadingElsewhere !== true) {
      throw new NotNow("the agent had read other places, which has to be confirmed");
    }
    const writes = proposal.writes.map((write) => ({ ...write, state: "done" as const }));
    this.#put({ ...proposal, state: "approved", writes });
    if (how.forAnHour === true) {
      for (const { target } of writes) {
        const until = new Date(now + HOUR).toISOString();
        const over = { case: target.case, until };
        this.grants.push(makeGrant(target.case.source, proposal.class, over));
      }
    }
  }

  refuse(id: EntryId, note: string | null): void {
    const proposal = this.#open(id);
    const writes = proposal.writes.map((write) => ({ ...write, state: "cancelled" as const }));
    this.#put({ ...proposal, state: "refused", note, writes });
  }

  #open(id: EntryId): ProposalView {
    const proposal = this.proposals.find((one) => one.id === id);
    if (proposal?.state !== "open") {
      throw new NotNow("it does not wait for an answer any more");
    }
    return proposal;
  }

  #put(proposal: ProposalView): void {
    this.proposals = this.proposals.map((one) => (one.id === proposal.id ? proposal : one));
  }
}

function makeGrant(source: SourceId, kind: WriteClass, over: Partial<GrantView>): GrantView {
  return {
    source,
    place: `PRACTICE / ${source.space}`,
    case: null,
    class: kind,
    policy: "allow",
    until: null,
    givenAt: new Date().toISOString(),
    ...over,
  };
}

/** The test of a deployment that is in order. */
export function makeTest(spaces: readonly string[]): DeploymentTest {
  const rights = {
    read: true,
    write: true,
    comment: true,
    assign: true,
    reopen: true,
    delete: false,
    push: null,
    alerts: true,
  };
  return {
    steps: (["reach", "tls", "signIn", "spaces", "rights"] as const).map((name) => ({
      name,
      outcome: { kind: "ok" as const },
    })),
    kibanaVersion: "9.1.4",
    unavailable: ["caseTimes", "extractedObservables"],
    warning: null,
    spaces: spaces.map((space) => ({ space, name: space, rights })),
  };
}

/** A role as the core writes it. */
export const ROLE = JSON.stringify(
  {
    caseboard: {
      cluster: [],
      indices: [{ names: [".alerts-security.alerts-soc"], privileges: ["read"] }],
      applications: [
        {
          application: "kibana-.kibana",
          privileges: ["feature_securitySolutionCasesV3.all"],
          resources: ["space:soc"],
        },
      ],
    },
  },
  null,
  2,
);
