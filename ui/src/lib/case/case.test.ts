import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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

describe("a draft", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const kept = (fake: FakeBackend) => fake.called("putDraft").map(([, text]) => text);

  test("leaves its field only when the core has the comment, but for what was typed since", async () => {
    const fake = new FakeBackend();
    const draft = new DraftsState(fake).of(FIRST);
    const release = fake.hold("addComment");
    draft.text = "first";
    const sending = draft.send();
    expect(draft.text).toBe("first");
    draft.text = "first, second";
    release();
    expect((await sending)?.what).toEqual({ kind: "addComment", text: "first" });
    expect(draft.text).toBe(", second");
    await vi.advanceTimersByTimeAsync(600);
    expect(fake.drafts.get(FIRST.id)).toBe(", second");
  });

  test("that was not taken in stays, with the reason", async () => {
    const fake = new FakeBackend();
    const draft = new DraftsState(fake).of(FIRST);
    fake.fail("addComment", commandError("cache_unreadable"));
    draft.text = "not lost";
    expect(await draft.send()).toBeNull();
    expect([draft.text, draft.error?.code, draft.sending]).toEqual([
      "not lost",
      "cache_unreadable",
      false,
    ]);
  });

  test("is sent once, however often the key is pressed, and not at all when empty", async () => {
    const fake = new FakeBackend();
    const draft = new DraftsState(fake).of(FIRST);
    draft.text = "  ";
    await draft.send();
    draft.text = "once";
    await Promise.all([draft.send(), draft.send()]);
    expect(fake.called("addComment").map(([, text]) => text)).toEqual(["once"]);
  });

  test("is kept about every half second while it is typed, and at once when it is left", async () => {
    const fake = new FakeBackend();
    const draft = new DraftsState(fake).of(FIRST);
    for (const text of ["h", "ha", "hal", "half"]) {
      draft.text = text;
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(kept(fake)).toEqual(["half"]);
    draft.text = "half a thought";
    await draft.keep();
    expect(kept(fake)).toEqual(["half", "half a thought"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.called("putDraft")).toHaveLength(2);
  });

  test("of an earlier run is there again, before what was typed while it was read", async () => {
    const fake = new FakeBackend();
    fake.drafts.set(FIRST.id, "from yesterday");
    const draft = new DraftsState(fake).of(FIRST);
    const release = fake.hold("draft");
    const loading = draft.load();
    draft.text = "new";
    release();
    await loading;
    expect(draft.text).toBe("from yesterday\n\nnew");
    await draft.load();
    expect(fake.called("draft")).toHaveLength(1);
  });

  test("is never written over one that could not be read", async () => {
    const fake = new FakeBackend();
    fake.drafts.set(FIRST.id, "from yesterday");
    const draft = new DraftsState(fake).of(FIRST);
    fake.fail("draft", commandError("cache_unreadable"));
    draft.text = "new";
    await draft.keep();
    expect(draft.unkept?.code).toBe("cache_unreadable");
    expect(kept(fake)).toEqual([]);
    await draft.keep();
    expect(kept(fake)).toEqual(["from yesterday\n\nnew"]);
    expect(draft.unkept).toBeNull();
  });

  test("on its way to the disk does not come back to life behind the comment", async () => {
    const fake = new FakeBackend();
    const draft = new DraftsState(fake).of(FIRST);
    draft.text = "typed";
    const release = fake.hold("putDraft");
    const keeping = draft.keep();
    await vi.advanceTimersByTimeAsync(10);
    const sending = draft.send();
    await vi.advanceTimersByTimeAsync(10);
    expect(fake.called("addComment")).toEqual([]);
    release();
    await Promise.all([keeping, sending]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.drafts.has(FIRST.id)).toBe(false);
  });
});
