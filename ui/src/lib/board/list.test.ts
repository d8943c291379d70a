import { expect, test } from "vitest";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { HEADING, ListState } from "./list.svelte";
import { LIST_COLUMNS, gridTemplate, leastWidth, startsDescending } from "./list";
import { LIST_PAGE } from "./section.svelte";

async function filled(nExtra = 0) {
  const fake = new FakeBackend({ nExtra });
  let text = "";
  const list = new ListState(fake, () => ({ text }));
  await list.refresh();
  const search = (other: string) => {
    text = other;
    return list.refresh();
  };
  return { fake, list, search };
}

const titles = (list: ListState) =>
  Array.from({ length: list.nLines }, (_, index) => {
    const line = list.line(index);
    return line?.index === HEADING
      ? `# ${line.section.group?.key ?? "none"}`
      : (line?.section.row(line.index)?.case.id ?? null);
  });

function row(list: ListState, index: number) {
  const line = list.line(index);
  const found = line?.section.row(line.index);
  if (!line || !found) {
    throw new Error(`line ${index} is a row`);
  }
  return found;
}

test("newest changes come first, and a second click turns an order around", async () => {
  const { list } = await filled();
  expect(titles(list).slice(0, 2)).toEqual(["case-soc-39", "case-soc-42"]);
  await list.orderBy("changed");
  expect(titles(list)[0]).toBe("case-soc-22");
  await list.orderBy("severity");
  expect(list.descending).toBe(false);
  expect(titles(list)[0]).toBe("case-soc-39");
});

test("numbers and times begin with the largest, words with A, severity with the worst", () => {
  expect(startsDescending("alerts")).toBe(true);
  expect(startsDescending("closed")).toBe(true);
  expect(startsDescending("title")).toBe(false);
  expect(startsDescending("severity")).toBe(false);
});

test("groups have a heading each, and rows only of those in sight are asked for", async () => {
  const { fake, list } = await filled(4000);
  await list.groupBy("status");
  expect(list.line(0)).toMatchObject({ index: HEADING });
  expect(list.sections.map(({ group }) => group?.key)).toEqual([
    "open",
    "in-progress",
    "on-hold",
    "closed",
  ]);
  const asked = fake.called("list").map(([, part]) => part as { group: { key: string } | null });
  expect(new Set(asked.map(({ group }) => group?.key))).toEqual(new Set([undefined, "open"]));
  const closed = list.starts[3] ?? 0;
  expect(list.line(closed + 1)?.section.row(0)).toBeNull();
  await list.need(closed - 3, closed + 20);
  expect(row(list, closed + 1).status).toBe("closed");
});

test("never more rows than a page are asked for", async () => {
  const { fake, list } = await filled(4000);
  await list.need(2000, 2040);
  const limits = fake.called("list").map(([, part]) => (part as { limit: number }).limit);
  expect(new Set(limits)).toEqual(new Set([LIST_PAGE]));
  expect(LIST_PAGE).toBeLessThanOrEqual(200);
  expect(list.sections[0]?.rows).toHaveLength(LIST_PAGE);
  expect(row(list, 2020).handle).toMatch(/^PRACTICE/);
});

test("a closed group keeps its heading and its count", async () => {
  const { list } = await filled();
  await list.groupBy("severity");
  const before = list.nLines;
  const [first] = list.sections;
  if (first === undefined) {
    throw new Error("there is a group");
  }
  list.collapse(first, true);
  expect(list.nLines).toBe(before - first.total);
  expect(list.line(1)?.index).toBe(HEADING);
  await list.refresh();
  expect(list.sections[0]?.collapsed).toBe(true);
  list.collapseAll();
  expect(list.nLines).toBe(list.sections.length);
  list.collapseAll();
  expect(list.nLines).toBe(before);
});

test("a case with two tags is in two groups, and the focus is in one of them", async () => {
  const { list } = await filled();
  await list.groupBy("tag");
  const places = titles(list).flatMap((id, index) => (id === "case-soc-42" ? [index] : []));
  expect(places).toHaveLength(3);
  const line = list.line(places[1] ?? 0);
  if (line === null) {
    throw new Error("the second place is a line");
  }
  list.focusLine(line);
  expect(places.filter((index) => list.isFocused(list.line(index) ?? line))).toEqual([places[1]]);
  expect(list.focused?.case.id).toBe("case-soc-42");
});

test("an older answer never replaces a newer one", async () => {
  const { fake, list, search } = await filled();
  const release = fake.hold("list");
  const older = search("sideloading");
  await expect.poll(() => fake.called("list")).toHaveLength(2);
  await search("brute");
  release();
  await older;
  expect(titles(list)).toEqual(["case-soc-36"]);
});

test("the focus follows its case, and goes to what took the place of one that is gone", async () => {
  const { fake, list } = await filled();
  list.focusRow(row(list, 3));
  const focused = list.focused;
  await list.orderBy("title");
  expect(list.focused?.case).toEqual(focused?.case);
  const at = list.focus?.index ?? 0;
  const next = row(list, at + 1);
  fake.world.cases = fake.world.cases.filter(({ row }) => row.case.id !== focused?.case.id);
  await list.refresh();
  expect(list.focused?.case).toEqual(next.case);
});

test("a failed list keeps what was shown and says why", async () => {
  const { fake, list } = await filled();
  fake.fail("list", commandError("cache_unreadable"));
  await list.refresh();
  expect(list.error?.code).toBe("cache_unreadable");
  expect(list.nLines).toBe(17);
  await list.refresh();
  expect(list.error).toBeNull();
  fake.fail("groups", commandError("internal"));
  await list.groupBy("tag");
  expect(list.error?.code).toBe("internal");
  expect(list.nLines).toBe(17);
});

test("keys go from line to line and from cell to cell", async () => {
  const { list } = await filled();
  list.moveFocus(1);
  expect(list.focus).toMatchObject({ index: 0, cell: null });
  list.moveFocus(1);
  list.moveColumn(1);
  expect(list.focus).toMatchObject({ index: 1, cell: 0 });
  list.moveFocus(1);
  expect(list.focus).toMatchObject({ index: 2, cell: 0 });
  list.moveColumn(-1);
  expect(list.focus?.cell).toBeNull();
  list.moveFocusTo("last");
  expect(list.focus?.index).toBe(16);
});

test("the title takes what is left, and columns can be chosen", async () => {
  const { list } = await filled();
  expect(gridTemplate(list.columns)).toContain("minmax(240px, 1fr)");
  list.showColumn("created", true);
  list.showColumn("tags", false);
  const shown = list.columns.map(({ id }) => id);
  expect(shown).toContain("created");
  expect(shown).not.toContain("tags");
  expect(shown).toEqual(LIST_COLUMNS.map(({ id }) => id).filter((id) => shown.includes(id)));
  expect(leastWidth(list.columns)).toBeGreaterThan(240);
});
