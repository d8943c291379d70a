import { expect, test } from "vitest";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { caseKey, orderTags, pageAround, spread } from "./board";
import { BoardState } from "./board.svelte";
import { PAGE } from "./column.svelte";

test("techniques come first among tags, the rest keeps its order", () => {
  expect(orderTags(["ransom", "T1574.002", "web", "mitre:TA0005"])).toEqual([
    "T1574.002",
    "mitre:TA0005",
    "ransom",
    "web",
  ]);
});

test("the spread leaves out unknown severities unless there are some", () => {
  const counts = { critical: 2, high: 4, medium: 0, low: 1, unknown: 0 };
  expect(spread(counts).map(({ height }) => height)).toEqual([0.5, 1, 0, 0.25]);
  expect(spread({ ...counts, unknown: 1 })).toHaveLength(5);
});

test.each([
  [0, 8, 1000, 0],
  [500, 508, 1000, 454],
  [990, 999, 1000, 900],
  [0, 5, 6, 0],
])("rows %d to %d of %d are on the page from %d", (first, last, total, offset) => {
  expect(pageAround(first, last, total, PAGE)).toBe(offset);
});

test("the same id in two deployments is two cases", () => {
  const ref = (deployment: string) => ({ source: { deployment, space: "soc" }, id: "1" });
  expect(caseKey(ref("a"))).not.toBe(caseKey(ref("b")));
});

async function filled(nExtra = 0): Promise<{
  fake: FakeBackend;
  board: BoardState;
  search: (text: string) => Promise<void>;
}> {
  const fake = new FakeBackend({ nExtra });
  let text = "";
  const board = new BoardState(fake, () => ({ text }));
  await board.refresh();
  const search = (other: string) => {
    text = other;
    return board.refresh();
  };
  return { fake, board, search };
}

test("columns keep the core's order, unknown statuses before closed", async () => {
  const { board } = await filled();
  expect(board.columns.map(({ status, readOnly }) => [status, readOnly])).toEqual([
    ["open", false],
    ["in-progress", false],
    ["on-hold", true],
    ["closed", false],
  ]);
});

test("an older answer never replaces a newer one", async () => {
  const { fake, board, search } = await filled();
  const release = fake.hold("board");
  const older = search("sideloading");
  await search("brute");
  release();
  await older;
  expect(board.board?.nCases).toBe(1);
  expect(board.column("in-progress")?.row(0)?.title).toBe("Brute force on vpn-gw-2");
});

test("an older failure is not told once a newer answer is there", async () => {
  const { fake, board, search } = await filled();
  fake.fail("board", commandError("internal"));
  const release = fake.hold("board");
  const older = search("sideloading");
  await search("brute");
  release();
  await older;
  expect(board.error).toBeNull();
});

test("an older page of a column never replaces a newer one", async () => {
  const { fake, board } = await filled(2000);
  const column = board.column("open");
  const release = fake.hold("boardWindow");
  const older = column?.need(board.query, 300, 310);
  await column?.need(board.query, 700, 710);
  release();
  await older;
  expect(column?.row(705)).not.toBeNull();
  expect(column?.row(305)).toBeNull();
});

test("one answer brings the counts, and the cards in sight of all columns", async () => {
  const { fake, board } = await filled(2000);
  const asked = () => fake.called("board").at(-1)?.[1];
  expect(asked()).toEqual({ offsets: {}, limit: 40 });
  await board.column("open")?.need(board.query, 500, 540);
  await board.refresh();
  expect(asked()).toEqual({
    offsets: { open: 490, "in-progress": 0, "on-hold": 0, closed: 0 },
    limit: 61,
  });
  expect(board.column("open")?.row(489)).toBeNull();
  expect(board.column("open")?.row(490)).not.toBeNull();
  expect(board.column("open")?.row(550)).not.toBeNull();
  expect(fake.called("boardWindow")).toHaveLength(1);
});

test("a page that is asked for while the board is waited for is newer", async () => {
  const { fake, board } = await filled(2000);
  const release = fake.hold("board");
  const refreshed = board.refresh();
  await board.column("open")?.need(board.query, 700, 710);
  release();
  await refreshed;
  expect(board.column("open")?.row(705)).not.toBeNull();
  expect(board.column("closed")?.row(0)).not.toBeNull();
});

test("never more rows than a page are asked for or held", async () => {
  const { fake, board } = await filled(2000);
  await board.column("open")?.need(board.query, 500, 520);
  const limits = fake.called("boardWindow").map(([, , , limit]) => limit);
  expect(Math.max(...limits.map(Number))).toBe(PAGE);
  expect(board.column("open")?.rows).toHaveLength(PAGE);
});

test("a failed board keeps what was shown and says why", async () => {
  const { fake, board } = await filled();
  fake.fail("board", {
    code: "cache_unreadable",
    message: "",
    hint: null,
    retryable: false,
    detail: null,
  });
  await board.refresh();
  expect(board.error?.code).toBe("cache_unreadable");
  expect(board.board?.nCases).toBe(17);
  await board.refresh();
  expect(board.error).toBeNull();
});

test("the focus follows its case into another column", async () => {
  const { fake, board } = await filled();
  const row = board.column("open")?.row(2);
  if (!row) {
    throw new Error("the third case is there");
  }
  board.focusRow(row);
  await fake.editCase(row.case, { status: "in-progress" });
  await board.refresh();
  expect(board.focus?.status).toBe("in-progress");
  expect(board.focused?.case).toEqual(row.case);
});

test("when the focused case is gone, the one that took its place has the focus", async () => {
  const { fake, board } = await filled();
  const rows = [0, 1].map((index) => board.column("open")?.row(index));
  const [first, second] = rows;
  if (!first || !second) {
    throw new Error("two cases are there");
  }
  board.focusRow(first);
  fake.world.cases = fake.world.cases.filter(({ row }) => row.case.id !== first.case.id);
  await board.refresh();
  expect(board.focused?.case).toEqual(second.case);
});

test("moving by keys skips read-only columns and stops at the ends", async () => {
  const { board } = await filled();
  const row = board.column("open")?.row(0);
  if (!row) {
    throw new Error("the first case is there");
  }
  board.focusRow(row);
  expect(board.startMove()?.to).toBe("open");
  expect(board.moveOver(1)?.to).toBe("in-progress");
  expect(board.moveOver(1)?.to).toBe("closed");
  expect(board.moveOver(1)?.to).toBe("closed");
  expect(board.endMove()?.from).toBe("open");
  expect(board.move).toBeNull();
});
