import { expect, test } from "vitest";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { makeEntry } from "$lib/backend/fake-outbox";
import { IDS, SOC } from "$lib/backend/fixtures";
import type { AlertOutcome, AttachReport, Outcome } from "$lib/backend/backend";
import { byUrgency, countOutcomes, isEmpty, mayRetry, settle } from "./alert";
import { AttachState } from "./attach.svelte";

const TARGET = {
  case: { source: SOC, id: "case-soc-42" },
  handle: "PRACTICE/soc#42",
  title: "DLL",
};

function item(id: string, outcome: Outcome): AlertOutcome {
  return { id, line: 1, outcome, summary: null };
}

function report(items: AlertOutcome[], shortened: string[] = []): AttachReport {
  return { ...TARGET, items, shortened, cutOff: false };
}

test("what needs a person stands first, the rest in the order of the text", () => {
  const items = [
    item("1", { kind: "attached" }),
    item("2", { kind: "notFound", unasked: [] }),
    item("3", { kind: "attached" }),
    item("4", { kind: "refused", error: commandError("case_full") }),
  ];
  expect(byUrgency(items).map(({ id }) => id)).toEqual(["4", "2", "1", "3"]);
});

test("outcomes are counted, shortened ids too", () => {
  const counted = countOutcomes(report([item("1", { kind: "attached" })], ["a…b"]));
  expect(counted).toEqual({ attached: 1, shortened: 1 });
  expect(isEmpty(report([]))).toBe(true);
  expect(isEmpty(report([], ["a…b"]))).toBe(false);
});

test("trying again is offered only where it can end differently", () => {
  expect(mayRetry(report([item("1", { kind: "notFound", unasked: [] })]))).toBe(false);
  expect(mayRetry(report([item("1", { kind: "notFound", unasked: ["ACME / soc"] })]))).toBe(true);
  expect(mayRetry(report([item("1", { kind: "waiting", entry: "e" })]))).toBe(false);
  expect(mayRetry(report([item("1", { kind: "refused", error: commandError("case_full") })]))).toBe(
    false,
  );
});

test("a failed run keeps its text and can be tried again", async () => {
  const fake = new FakeBackend();
  const attach = new AttachState(fake);
  fake.fail("attachAlerts", commandError("unreachable"));
  const run = await attach.start(TARGET, IDS.free);
  expect(run.error?.code).toBe("unreachable");
  expect(run.text).toBe(IDS.free);
  await attach.retry(run);
  expect(run.error).toBeNull();
  expect(run.report?.items.map(({ outcome }) => outcome.kind)).toEqual(["attached"]);
});

test("a run under way is not started twice", async () => {
  const fake = new FakeBackend();
  const attach = new AttachState(fake);
  const release = fake.hold("attachAlerts");
  const starting = attach.start(TARGET, IDS.free);
  const [run] = attach.runs;
  if (run === undefined) {
    throw new Error("the run is listed at once");
  }
  await attach.retry(run);
  release();
  await starting;
  expect(fake.called("attachAlerts")).toHaveLength(1);
});

test.each([
  ["waiting", { kind: "waiting", entry: "e" }],
  ["checking", { kind: "waiting", entry: "e" }],
  ["done", { kind: "attached" }],
  ["cancelled", { kind: "notSent" }],
] as const)("what waits follows its entry, here %s", (state, expected) => {
  const entry = makeEntry("e", TARGET.case, { kind: "attachAlerts", nAlerts: 1 }, { state });
  const told = settle(report([item("1", { kind: "waiting", entry: "e" })]), [entry]);
  expect(told.items[0]?.outcome).toEqual(expected);
});

test("what waits and is refused says why", () => {
  const entry = makeEntry("e", TARGET.case, { kind: "attachAlerts", nAlerts: 1 });
  const refused = { ...entry, state: "refused", error: "case_closed" } as const;
  const told = settle(report([item("1", { kind: "waiting", entry: "e" })]), [refused]);
  expect(told.items[0]?.outcome).toMatchObject({
    kind: "refused",
    error: { code: "case_closed" },
  });
});
