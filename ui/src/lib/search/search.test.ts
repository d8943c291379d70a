import { expect, test } from "vitest";
import type { Operator, ProblemReason, SearchProblem } from "$lib/backend/backend";
import { FakeBackend, commandError } from "$lib/backend/fake";
import { SEARCH_FIELDS } from "$lib/backend/fake-search";
import { words } from "$lib/shared/words";
import { MOST_RECENT, mended, negated, pieces, quoted, settled, suggest, typedAt } from "./search";
import { SearchState } from "./search.svelte";

const problem = (start: number, end: number, reason: ProblemReason): SearchProblem => ({
  start,
  end,
  reason,
  message: "",
});

test.each([
  ["se", 2, { kind: "word", word: "se", start: 0, end: 2 }],
  ["a se", 4, { kind: "word", word: "se", start: 2, end: 4 }],
  ["-se", 3, { kind: "word", word: "se", start: 1, end: 3 }],
  ["(se", 3, { kind: "word", word: "se", start: 1, end: 3 }],
  ["sev:hi", 6, { kind: "value", field: "sev", word: "hi", start: 4, end: 6 }],
  ["-SEV:low,hi", 11, { kind: "value", field: "sev", word: "hi", start: 9, end: 11 }],
  ['tag:"a b', 8, { kind: "value", field: "tag", word: '"a b', start: 4, end: 8 }],
  ['"a b" se', 8, { kind: "word", word: "se", start: 6, end: 8 }],
  ["sev:high x", 3, { kind: "word", word: "sev", start: 0, end: 3 }],
])("in %s at %d this is being typed", (text, caret, typed) => {
  expect(typedAt(text, caret)).toEqual(typed);
});

test("fields and values that begin like what is typed are suggested", () => {
  const texts = (text: string, values: string[] = []) =>
    suggest(typedAt(text, text.length), SEARCH_FIELDS, values).map((option) => option.text);
  expect(texts("s")).toEqual(["status:", "sev:", "space:", "source:"]);
  expect(texts("zebra")).toEqual([]);
  expect(texts("")).toEqual([]);
  expect(texts("sev:H", ["low", "high"])).toEqual(["high"]);
  expect(texts("sev:high", ["low", "high"])).toEqual([]);
  expect(texts("assignee:may", ["Maya Lindqvist"])).toEqual(['"Maya Lindqvist"']);
  expect(texts('assignee:"may', ["Maya Lindqvist"])).toEqual(['"Maya Lindqvist"']);
});

test("a value that would not hold together is quoted", () => {
  expect(quoted("T1574.002")).toBe("T1574.002");
  expect(quoted("high+")).toBe("high+");
  expect(quoted("a b")).toBe('"a b"');
  expect(quoted('say "a"')).toBe('"say ""a"""');
  expect(quoted("a,b")).toBe('"a,b"');
  expect(quoted("-x")).toBe('"-x"');
});

test("a suggestion takes the place of what was misspelt, by UTF-16 places", () => {
  const field = problem(5, 9, { kind: "unknownField", name: "hots", suggestion: "host" });
  expect(mended("🦄 a hots:web", field)).toBe("🦄 a host:web");
  const value = problem(4, 7, { kind: "unknownValue", field: "sev", suggestion: "high" });
  expect(mended("sev:hgh x", value)).toBe("sev:high x");
  expect(mended("sev:", problem(4, 4, { kind: "valueMissing", field: "sev" }))).toBeNull();
});

test("the text is cut at its problems, and what is missing is marked where it is missed", () => {
  expect(
    pieces("a hots:b", [problem(2, 6, { kind: "unknownField", name: "hots", suggestion: null })]),
  ).toEqual([
    { text: "a ", wrong: false },
    { text: "hots", wrong: true },
    { text: ":b", wrong: false },
  ]);
  expect(pieces("sev:", [problem(4, 4, { kind: "valueMissing", field: "sev" })])).toEqual([
    { text: "sev", wrong: false },
    { text: ":", wrong: true },
  ]);
  expect(pieces("", [])).toEqual([]);
});

test("what is still being typed is given time, what is surely wrong is not", () => {
  const missing = problem(4, 4, { kind: "valueMissing", field: "sev" });
  expect(settled([missing], "sev:", 4, SEARCH_FIELDS)).toEqual([]);
  expect(settled([missing], "sev:", null, SEARCH_FIELDS)).toEqual([missing]);
  expect(settled([missing], "sev: a", 6, SEARCH_FIELDS)).toEqual([missing]);
  const begun = problem(4, 6, { kind: "unknownValue", field: "sev", suggestion: null });
  expect(settled([begun], "sev:hi", 6, SEARCH_FIELDS)).toEqual([]);
  expect(settled([begun], "sev:xx", 6, SEARCH_FIELDS)).toEqual([begun]);
  const field = problem(0, 4, { kind: "unknownField", name: "hots", suggestion: "host" });
  expect(settled([field], "hots", 4, SEARCH_FIELDS)).toEqual([field]);
});

test("every problem has words that name what was written", () => {
  const reasons: ProblemReason[] = [
    { kind: "unknownField", name: "hots", suggestion: "host" },
    { kind: "unknownField", name: "zebra", suggestion: null },
    { kind: "unknownValue", field: "sev", suggestion: "high" },
    { kind: "unknownValue", field: "sev", suggestion: null },
    { kind: "valueMissing", field: "sev" },
    { kind: "notATime" },
    { kind: "notADuration" },
    { kind: "notANumber" },
    { kind: "mixedRange" },
    { kind: "reversedRange" },
    { kind: "emptyRange" },
    { kind: "shortenedId" },
    { kind: "starInside" },
    { kind: "starAlone" },
    { kind: "notKept", name: "is:watched" },
    { kind: "unknownMe" },
    { kind: "unclosedQuote" },
    { kind: "unclosedGroup" },
    { kind: "strayClose" },
    { kind: "emptyGroup" },
    { kind: "orAlone" },
    { kind: "notAlone" },
    { kind: "andImplied" },
    { kind: "tooDeep", most: 32 },
    { kind: "tooLong", most: 8192 },
    { kind: "tooMany", most: 500 },
  ];
  const said = reasons.map((reason) => words.search.problem(reason, "what was written"));
  expect(new Set(said).size).toBe(reasons.length);
  for (const sentence of said) {
    expect(sentence).toMatch(/[.?]$/);
  }
  expect(said[0]).toBe("No field is called hots; it is searched as text. Did you mean host?");
});

test("chips read as sentences", () => {
  const chip = words.search.chip;
  const field = (name: string, operator: Operator, values: string[]) =>
    chip({ kind: "field", field: name, operator, values });
  expect(field("sev", "is", ["high+"])).toBe("sev is high+");
  expect(field("assignee", "is", ["me", "none"])).toBe("assignee is me or none");
  expect(field("assignee", "isEmpty", [])).toBe("assignee is empty");
  expect(field("any", "contains", ["dll sideload"])).toBe("“dll sideload”");
  expect(field("any", "isNot", ["a", "b"])).toBe("not “a” or “b”");
  expect(field("created", "between", ["2026-11-01", ""])).toBe("created from 2026-11-01");
  expect(field("created", "between", ["", "2026-11-01"])).toBe("created up to 2026-11-01");
  expect(field("alerts", "between", ["1", "5"])).toBe("alerts 1 to 5");
  expect(chip({ kind: "text", text: "(a OR b)" })).toBe("(a OR b)");
});

test("a chip's opposite, where chips can say it", () => {
  const sev = { kind: "field" as const, field: "sev", values: ["high"] };
  expect(negated({ ...sev, operator: "is" }, SEARCH_FIELDS)).toMatchObject({ operator: "isNot" });
  expect(negated({ ...sev, operator: "isNot" }, SEARCH_FIELDS)).toMatchObject({ operator: "is" });
  expect(
    negated({ kind: "field", field: "any", operator: "isNot", values: ["a"] }, SEARCH_FIELDS),
  ).toMatchObject({ operator: "contains" });
  expect(negated({ ...sev, operator: "moreThan" }, SEARCH_FIELDS)).toBeNull();
  expect(negated({ kind: "text", text: "(a OR b)" }, SEARCH_FIELDS)).toBeNull();
});

function made() {
  const fake = new FakeBackend();
  return { fake, search: new SearchState(fake, () => "Europe/Berlin") };
}

test("the query carries the zone, and asks as text only as long as the text is the same", async () => {
  const { search } = made();
  await search.set("203.0.113.9", true);
  expect(search.query).toEqual({ text: "203.0.113.9", asText: true, zone: "Europe/Berlin" });
  await search.set("203.0.113.90");
  expect(search.query.asText).toBe(false);
});

test("an older reading never replaces a newer one", async () => {
  const { fake, search } = made();
  const release = fake.hold("readSearch");
  const older = search.set("sev:high");
  await search.set("tag:phish");
  release();
  await older;
  expect(search.view.chips).toMatchObject([{ field: "tag" }]);
});

test("a chip is found in the text of all chips", async () => {
  const { search } = made();
  await search.set("ransom   tag:phish,mail -sev:low");
  const place = await search.place(1);
  expect(place?.text).toBe("ransom tag:phish,mail -sev:low");
  expect(place?.text.slice(place.start, place.end)).toBe("tag:phish,mail");
  expect(await search.without(1)).toBe("ransom -sev:low");
  expect(await search.negate(2)).toBe("ransom tag:phish,mail sev:low");
});

test("searches are remembered once each, the newest first, and no more than told", async () => {
  const { search } = made();
  for (let index = 0; index < MOST_RECENT + 5; index += 1) {
    await search.set(`word${index}`);
    search.remember();
  }
  await search.set("word10");
  search.remember();
  await search.set("  ");
  search.remember();
  expect(search.recent).toHaveLength(MOST_RECENT);
  expect(search.recent.slice(0, 2)).toEqual(["word10", "word24"]);
});

test("each chip is left out once to see what that shows; a failure says nothing", async () => {
  const { fake, search } = made();
  await search.set("sev:critical tag:vendor");
  await search.relax();
  expect(search.relaxations).toEqual([
    { index: 1, text: "tag:vendor", nCases: 3 },
    { index: 0, text: "sev:critical", nCases: 1 },
  ]);
  expect(fake.called("board").map(([query]) => (query as { zone: string }).zone)).toEqual([
    "Europe/Berlin",
    "Europe/Berlin",
  ]);
  await search.set("sev:critical");
  await search.relax();
  expect(search.relaxations).toEqual([]);
  await search.set("sev:critical tag:vendor");
  fake.fail("board", commandError("internal"));
  await search.relax();
  expect(search.relaxations).toHaveLength(1);
  await search.set(Array.from({ length: 12 }, (_, index) => `w${index}`).join(" "));
  const before = fake.called("board").length;
  await search.relax();
  expect(fake.called("board").length - before).toBe(8);
});

test("values are those that a field knows, else those that cases have", async () => {
  const { search } = made();
  expect(await search.valuesOf("sev")).toContain("critical");
  expect(await search.valuesOf("tag")).toContain("ransom");
  expect(await search.valuesOf("assignee")).toEqual(
    expect.arrayContaining(["me", "none", "Maya Lindqvist"]),
  );
  expect(await search.valuesOf("host")).toEqual([]);
});
