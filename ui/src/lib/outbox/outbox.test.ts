import { expect, test, vi } from "vitest";
import type { EntryView } from "$lib/backend/backend";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { makeEntry } from "$lib/backend/fake-outbox";
import { OT, SOC } from "$lib/backend/fixtures";
import { makeEntries } from "$lib/backend/outbox-fixtures";
import { actsFor, countEntries, describe, groupEntries, heldFor, showValue } from "./outbox";
import { OutboxState } from "./outbox.svelte";

const CASE = { source: SOC, id: "case-soc-42" };
const OTHER = { source: OT, id: "case-ot-7" };
const NOW = Date.parse("2026-11-23T12:00:00Z");

function entry(id: string, over: Partial<EntryView> = {}): EntryView {
  return makeEntry(id, CASE, { kind: "addComment", text: id }, over);
}

test("what waits and what needs a person are counted apart, what is settled not at all", () => {
  expect(countEntries(makeEntries(NOW))).toEqual({ waiting: 4, needsYou: 3 });
  expect(countEntries([entry("1", { state: "done" })])).toEqual({ waiting: 0, needsYou: 0 });
});

test("entries stand by case, a case where its first entry stands", () => {
  const entries = [entry("1"), { ...entry("2"), case: OTHER }, entry("3")];
  const named = { case: CASE, place: "PROD / soc", handle: "PROD/soc#42", title: "DLL" };
  const groups = groupEntries(entries, [named]);
  expect(groups.map((group) => group.entries.map(({ id }) => id))).toEqual([["1", "3"], ["2"]]);
  expect(groups.map(({ about }) => about.handle)).toEqual(["PROD/soc#42", null]);
});

test.each([
  [{ state: "refused", why: "refused" }, ["retry", "discard"]],
  [{ state: "held", asks: true }, ["send", "discard"]],
  [{ state: "held", heldUntil: "2026-11-23T12:00:08Z" }, ["notSent"]],
  [{ state: "waiting" }, ["discard"]],
  [{ state: "waiting", canUndo: false }, []],
  [{ state: "sending", canUndo: false }, []],
  [{ state: "done" }, ["undo"]],
  [{ state: "cancelled", canUndo: false }, []],
] as const)("what can be done: %j", (over, acts) => {
  expect(actsFor(entry("1", over))).toEqual(acts);
});

test("a conflict is settled by its choice, not by trying again", () => {
  const conflicts = [
    { field: "status", base: ["open"], mine: ["closed"], theirs: ["in-progress"] },
  ];
  const parked = entry("1", { state: "needsYou", why: "conflict", conflicts });
  expect(actsFor(parked)).toEqual(["discard"]);
});

test("what is written is said in words, hidden characters by their names", () => {
  const fields = [
    { field: "status", value: ["in-progress"] },
    { field: "tags", value: [] },
    { field: "syncAlerts", value: ["false"] },
    { field: "ticket", value: ["A\u202eB"] },
  ];
  expect(describe({ kind: "editCase", fields })).toBe(
    "Status: In progress · Tags: none · Alert status: off · ticket: A⟨RLO⟩B",
  );
  expect(describe({ kind: "attachAlerts", nAlerts: 1 })).toBe("Attach 1 alert");
  expect(showValue("category", [""])).toBe("none");
});

test("a held entry counts its seconds down to nothing", () => {
  const held = entry("1", { state: "held", heldUntil: new Date(NOW + 5400).toISOString() });
  expect([0, 5000, 9000].map((later) => heldFor(held, NOW + later))).toEqual([5, 0, 0]);
  expect(heldFor({ ...held, state: "waiting" }, NOW)).toBeNull();
});

async function opened(...before: EntryView[]): Promise<{ fake: FakeBackend; outbox: OutboxState }> {
  const fake = new FakeBackend();
  before.forEach((one) => {
    fake.entries.put(one);
  });
  const outbox = new OutboxState(fake);
  await outbox.load();
  return { fake, outbox };
}

const ids = (entries: readonly EntryView[]) => entries.map(({ id }) => id);

test("only what newly needs a person is told, and each time that it does", async () => {
  const { fake, outbox } = await opened(entry("old", { state: "refused", why: "refused" }));
  const onneeds = vi.fn<(entries: readonly EntryView[]) => void>();
  outbox.listener = { onneeds, onundone: vi.fn() };
  fake.entries.put(entry("new"));
  await outbox.load();
  expect(onneeds).not.toHaveBeenCalled();
  fake.entries.set("new", { state: "refused", why: "refused" });
  await outbox.load();
  await outbox.load();
  fake.entries.set("new", { state: "waiting", why: null });
  await outbox.load();
  fake.entries.set("new", { state: "needsYou", why: "old" });
  await outbox.load();
  expect(onneeds.mock.calls.map(([entries]) => ids(entries))).toEqual([["new"], ["new"]]);
});

test("what a quit left held is asked about at the start", async () => {
  const fake = new FakeBackend();
  fake.entries.put(entry("held", { state: "held", asks: true }));
  fake.entries.put(entry("refused", { state: "refused", why: "refused" }));
  const outbox = new OutboxState(fake);
  const onneeds = vi.fn<(entries: readonly EntryView[]) => void>();
  outbox.listener = { onneeds, onundone: vi.fn() };
  await outbox.load();
  expect(onneeds.mock.calls.map(([entries]) => ids(entries))).toEqual([["held"]]);
});

test("an older answer never replaces a newer one", async () => {
  const { fake, outbox } = await opened(entry("1"));
  const release = fake.hold("outbox");
  const older = outbox.load();
  fake.fail("outbox", commandError("internal"));
  await outbox.load();
  release();
  await older;
  expect(outbox.error?.code).toBe("internal");
  expect(ids(outbox.entries)).toEqual(["1"]);
});

test("undo goes back over this run's writes, newest first, and not over its own", async () => {
  const { fake, outbox } = await opened(entry("earlier", { state: "done" }));
  const at = (second: number) => ({ createdAt: new Date(Date.now() + second).toISOString() });
  fake.entries.down = true;
  fake.entries.put(entry("first", at(1)));
  fake.entries.put(entry("agent", { by: { face: "mcp", client: "a" }, ...at(2) }));
  fake.entries.put(entry("second", at(3)));
  const both = await Promise.all([outbox.undoNewest(), outbox.undoNewest()]);
  expect(both).toMatchObject([
    [{ kind: "undone", entry: { id: "second" } }],
    [{ kind: "undone", entry: { id: "first" } }],
  ]);
  expect(await outbox.undoNewest()).toEqual([{ kind: "nothing" }]);
});

test("the parts of a bulk are taken back together", async () => {
  const { fake, outbox } = await opened();
  for (const id of ["1", "2"]) {
    fake.entries.put(entry(id, { bulk: "bulk" }));
  }
  expect(await outbox.undoNewest()).toHaveLength(2);
  expect(fake.entries.list.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
});

test("a done change is taken back by its inverse, which is not undone in turn", async () => {
  const { fake, outbox } = await opened();
  await fake.editCase(CASE, { status: "in-progress" });
  fake.entries.confirm(fake.entries.newest.id);
  const [undone] = await outbox.undoNewest();
  expect(undone).toMatchObject({ kind: "undone", after: { what: { kind: "editCase" } } });
  expect(fake.entries.laidOver(fake.detail(CASE.id)).row.status).toBe("open");
  expect(await outbox.undoNewest()).toEqual([{ kind: "nothing" }]);
});

test("what is on its way is taken back as soon as it is settled", async () => {
  const { fake, outbox } = await opened();
  const onundone = vi.fn();
  outbox.listener = { onneeds: vi.fn(), onundone };
  fake.entries.down = true;
  await fake.editCase(CASE, { status: "in-progress" });
  const { id } = fake.entries.set(fake.entries.newest.id, { state: "sending", canUndo: false });
  expect(await outbox.undoNewest()).toMatchObject([{ kind: "later", entry: { id } }]);
  fake.entries.confirm(id);
  await outbox.load();
  expect(onundone).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: "undone" }));
  expect(fake.entries.laidOver(fake.detail(CASE.id)).row.status).toBe("open");
});
