import { expect, test } from "vitest";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { SOC } from "$lib/backend/fixtures";
import { canSend, COMMENT_LIMIT } from "./case";
import { OpenCaseState } from "./case.svelte";
import { DraftsState } from "./drafts.svelte";

const FIRST = { source: SOC, id: "case-soc-42" };
const SECOND = { source: SOC, id: "case-soc-44" };

test.each([
  ["", false],
  [" \n ", false],
  ["a", true],
  ["a".repeat(COMMENT_LIMIT), true],
  ["a".repeat(COMMENT_LIMIT + 1), false],
])("a comment of a certain length can be sent: %#", (text, expected) => {
  expect(canSend(text)).toBe(expected);
});

test("the answer for a case that was left does not replace the one that is open", async () => {
  const fake = new FakeBackend();
  const open = new OpenCaseState(fake);
  const release = fake.hold("openCase");
  const older = open.show(FIRST);
  await open.show(SECOND);
  release();
  await older;
  expect(open.detail?.row.case.id).toBe(SECOND.id);
});

test("a case that cannot be read keeps what was shown", async () => {
  const fake = new FakeBackend();
  const open = new OpenCaseState(fake);
  await open.show(FIRST);
  fake.fail("openCase", commandError("not_found"));
  await open.refresh();
  expect(open.detail?.row.case.id).toBe(FIRST.id);
  expect(open.error?.code).toBe("not_found");
});

test("an answer after closing opens nothing", async () => {
  const fake = new FakeBackend();
  const open = new OpenCaseState(fake);
  const release = fake.hold("openCase");
  const showing = open.show(FIRST);
  open.close();
  release();
  await showing;
  expect(open.detail).toBeNull();
});

test("each case has its own draft", () => {
  const drafts = new DraftsState(new FakeBackend());
  drafts.of(FIRST).text = "half a thought";
  expect(drafts.of(SECOND).text).toBe("");
  expect(drafts.of(FIRST).text).toBe("half a thought");
  expect([drafts.has(FIRST), drafts.has(SECOND)]).toEqual([true, false]);
});

test("a comment that was not saved comes back before what was typed since", async () => {
  const fake = new FakeBackend();
  const drafts = new DraftsState(fake);
  const draft = drafts.of(FIRST);
  fake.fail("addComment", commandError("kibana_failed"));
  const release = fake.hold("addComment");
  draft.text = "first";
  const sending = drafts.send(FIRST);
  expect(draft.text).toBe("");
  draft.text = "second";
  release();
  await sending;
  expect(draft.text).toBe("first\n\nsecond");
  expect(draft.error?.code).toBe("kibana_failed");
  expect(draft.sending).toBe(0);
});

test("nothing is sent of an empty draft", async () => {
  const fake = new FakeBackend();
  const drafts = new DraftsState(fake);
  drafts.of(FIRST).text = "  ";
  await drafts.send(FIRST);
  expect(fake.called("addComment")).toEqual([]);
});
