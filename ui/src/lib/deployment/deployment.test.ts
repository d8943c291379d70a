import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { makeWorld } from "$lib/backend/fixtures";
import type { DeploymentView } from "$lib/backend/backend";
import {
  deploymentHealth,
  freshness,
  hostOf,
  isName,
  sourceProblems,
  suggestName,
} from "./deployment";

const NOW = Date.parse("2026-11-23T12:00:00Z");

function deployment(
  edit: (view: DeploymentView) => DeploymentView = (view) => view,
): DeploymentView {
  const [view] = makeWorld(NOW).deployments;
  if (view === undefined) {
    throw new Error("the world has a deployment");
  }
  return edit(view);
}

const failSpace = (index: number) => (view: DeploymentView) => ({
  ...view,
  spaces: view.spaces.map((space, at) =>
    at === index
      ? {
          ...space,
          sync: { state: "failed" as const, at: null, problem: commandError("forbidden") },
        }
      : space,
  ),
});

test.each([
  ["https://prod.kb.example.com/s/soc/app/security", "PROD"],
  ["https://kibana.acme-corp.example/app", "ACMECORP"],
  ["https://my-deployment-1234.kb.eu.example.net", "MYDEPLOY"],
  ["http://10.0.0.4:5601", "KIBANA"],
  ["http://[::1]:5601", "KIBANA"],
  ["ftp://prod.example", ""],
  ["not an address", ""],
])("%s suggests %j", (url, expected) => {
  expect(suggestName(url)).toBe(expected);
});

test.each([
  ["PR", true],
  ["PROD2026", true],
  ["P", false],
  ["PROD20267", false],
  ["prod", false],
  ["PR D", false],
])("%s as a name: %s", (name, expected) => {
  expect(isName(name)).toBe(expected);
});

test("only web addresses have a host", () => {
  expect(hostOf(" https://a.example/x ")).toBe("a.example");
  expect(hostOf("javascript:alert(1)")).toBeNull();
});

test("a deployment is as well as its worst space in use", () => {
  expect(deploymentHealth(deployment())).toBe("good");
  expect(deploymentHealth(deployment(failSpace(1)))).toBe("problem");
  const hidden = (view: DeploymentView) => ({
    ...view,
    spaces: view.spaces.map((space) => ({ ...space, shown: false })),
  });
  expect(deploymentHealth(hidden(failSpace(1)(deployment())))).toBe("off");
  expect(deploymentHealth(deployment((view) => ({ ...view, key: "missing" })))).toBe("problem");
});

test("a problem of the whole deployment hides those of its spaces", () => {
  const both = { ...failSpace(0)(deployment()), problem: commandError("unreachable") };
  expect(sourceProblems([both]).map(({ error }) => error.code)).toEqual(["unreachable"]);
  expect(sourceProblems([failSpace(0)(deployment())])).toHaveLength(1);
});

test("the board is as fresh as its oldest space", () => {
  const [soc] = deployment().spaces;
  expect(freshness([deployment()], NOW)).toEqual({ kind: "fresh", at: soc?.sync.at });
  expect(freshness([deployment()], NOW + 60_000).kind).toBe("late");
  expect(freshness([failSpace(2)(deployment())], NOW).kind).toBe("failed");
  expect(freshness([], NOW).kind).toBe("none");
});
