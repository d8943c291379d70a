import type {
  CaseRights,
  CommandError,
  DeploymentView,
  SourceId,
  SpaceView,
} from "$lib/backend/backend";

const NAME = /^[A-Z0-9]{2,8}$/;
const GENERIC = new Set(["www", "kibana", "kb", "com", "net", "org", "io", "elastic", "cloud"]);
/** A source whose list is older than this is late: more than twice the usual 15 s between passes. */
const LATE_AFTER = 45_000;

export function isName(name: string): boolean {
  return NAME.test(name);
}

/** A short name from a Kibana's address: `https://prod.kb.example.com/…` gives `PROD`. */
export function suggestName(url: string): string {
  const host = hostOf(url);
  if (host === null) {
    return "";
  }
  const labels = /^[\d.]+$|:/.test(host) ? [] : host.split(".");
  const label = labels.find((part) => !GENERIC.has(part)) ?? labels[0] ?? "";
  const name = label
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 8);
  return isName(name) ? name : "KIBANA";
}

export function hostOf(url: string): string | null {
  try {
    const { protocol, hostname } = new URL(url.trim());
    return /^https?:$/.test(protocol) && hostname !== "" ? hostname : null;
  } catch {
    return null;
  }
}

export function sourceKey(source: SourceId): string {
  return `${source.deployment}/${source.space}`;
}

export type Health = "good" | "reading" | "problem" | "off";

export function spaceHealth(space: SpaceView): Health {
  switch (space.sync.state) {
    case "off":
      return "off";
    case "first":
      return "reading";
    case "following":
      return "good";
    case "failed":
      return "problem";
  }
}

/** The worst of a deployment and its spaces in use. */
export function deploymentHealth(deployment: DeploymentView): Health {
  if (deployment.problem !== null || deployment.key === "missing") {
    return "problem";
  }
  const spaces = deployment.spaces.filter(({ shown }) => shown).map(spaceHealth);
  const worst: readonly Health[] = ["problem", "reading", "good"];
  return worst.find((health) => spaces.includes(health)) ?? "off";
}

/** One problem to tell, about a deployment or one of its spaces. */
export type SourceProblem = {
  key: string;
  deployment: DeploymentView;
  /** `null` if the whole deployment is meant. */
  space: SpaceView | null;
  error: CommandError;
  /** When what is shown was read. */
  dataFrom: string | null;
};

/** Problems worth a banner: a deployment's own hides those of its spaces. */
export function sourceProblems(deployments: readonly DeploymentView[]): SourceProblem[] {
  return deployments.flatMap((deployment): SourceProblem[] => {
    const shown = deployment.spaces.filter((space) => space.shown);
    if (deployment.problem !== null) {
      const times = shown.flatMap(({ sync }) => (sync.at === null ? [] : [sync.at]));
      return [
        {
          key: deployment.id,
          deployment,
          space: null,
          error: deployment.problem,
          dataFrom: times.toSorted()[0] ?? null,
        },
      ];
    }
    return shown.flatMap((space) =>
      space.sync.problem === null
        ? []
        : [
            {
              key: sourceKey(space.source),
              deployment,
              space,
              error: space.sync.problem,
              dataFrom: space.sync.at,
            },
          ],
    );
  });
}

export type Freshness =
  | { kind: "none" }
  | { kind: "reading" }
  | { kind: "failed" }
  | { kind: "fresh" | "late"; at: string };

/** How fresh the board is: as fresh as its oldest space in use. */
export function freshness(deployments: readonly DeploymentView[], now: number): Freshness {
  const spaces = deployments.flatMap((deployment) =>
    deployment.spaces.filter((space) => space.shown),
  );
  if (spaces.length === 0) {
    return { kind: "none" };
  }
  if (sourceProblems(deployments).length > 0) {
    return { kind: "failed" };
  }
  const times = spaces.map(({ sync }) => sync.at);
  const oldest = times.includes(null)
    ? null
    : times
        .flatMap((at) => (at === null ? [] : [at]))
        .toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
  if (oldest === null || oldest === undefined) {
    return { kind: "reading" };
  }
  return { kind: now - Date.parse(oldest) > LATE_AFTER ? "late" : "fresh", at: oldest };
}

const N_HUES = 8;

/** What is known of the rights of the key in each source. */
export function sourceRights(
  deployments: readonly DeploymentView[],
): ReadonlyMap<string, CaseRights> {
  const spaces = deployments.flatMap((deployment) => deployment.spaces);
  return new Map(spaces.map(({ rights, source }) => [sourceKey(source), rights]));
}

/** A hue for each source, in the order in which they are listed. */
export function sourceHues(deployments: readonly DeploymentView[]): ReadonlyMap<string, number> {
  const sources = deployments.flatMap(({ spaces }) =>
    spaces.map(({ source }) => sourceKey(source)),
  );
  return new Map(sources.map((key, index) => [key, index % N_HUES]));
}
