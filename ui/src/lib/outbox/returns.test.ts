import { expect, test } from "vitest";
import { makeEntry } from "$lib/backend/fake-outbox";
import { PRACTICE, SOC } from "$lib/backend/fixtures";
import { Returns } from "./returns";

const entry = (id: string, over: Parameters<typeof makeEntry>[3]) =>
  makeEntry(id, { source: SOC, id: "case-soc-42" }, { kind: "addComment", text: id }, over);

test("what waited while Kibana was away is told once, when all of it is settled", () => {
  const returns = new Returns();
  const before = entry("before", { state: "done" });
  const waits = [entry("a", { state: "waiting" }), entry("b", { state: "waiting" })];
  expect(returns.note([before, ...waits], [PRACTICE])).toBeNull();
  expect(returns.note([before, ...waits], [])).toBeNull();
  const a = entry("a", { state: "done" });
  expect(returns.note([before, a, entry("b", { state: "sending" })], [])).toBeNull();
  const after = [before, a, entry("b", { state: "needsYou" })];
  expect(returns.note(after, [])).toEqual({ sent: 1, needs: 1 });
  expect(returns.note(after, [])).toBeNull();
});

test("what waits while Kibana is there is nobody's news", () => {
  const returns = new Returns();
  expect(returns.note([entry("a", { state: "waiting" })], [])).toBeNull();
  expect(returns.note([entry("a", { state: "done" })], [])).toBeNull();
});
