import { expect, test } from "vitest";
import type { ActivityEntry, CaseChange, HistoryEntry } from "$lib/backend/backend";
import {
  NO_FILTER,
  countKinds,
  describeChange,
  filterStory,
  firstNew,
  newestOf,
  quote,
  summarize,
  tellStory,
} from "./story";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 12, minutes)).toISOString();
const maya = { name: "Maya" };
const jonas = { name: "Jonas" };

const change = (minutes: number, what: CaseChange, by = maya): HistoryEntry => ({
  id: `${minutes}-${what.kind}`,
  at: at(minutes),
  by,
  what,
});
const entry = (
  minutes: number,
  what: ActivityEntry["what"],
  over: Partial<ActivityEntry> = {},
): ActivityEntry => ({
  id: `a-${minutes}`,
  at: at(minutes),
  by: maya,
  what,
  pending: null,
  ...over,
});
const comment = (text: string): ActivityEntry["what"] => ({
  kind: "comment",
  body: { blocks: [], plain: false },
  text,
  editedAt: null,
});
const alerts = (ruleName: string, ...ids: string[]): ActivityEntry["what"] => ({
  kind: "alerts",
  ruleName,
  alerts: ids,
});
const severity: CaseChange = { kind: "severity", from: "low", to: "high" };
const status: CaseChange = { kind: "status", from: null, to: "in-progress" };
const same = (key: string) => key;

test("what was attached and what was changed are one story, in the order in which it was done", () => {
  const told = tellStory(
    [entry(3, comment("second")), entry(1, comment("first"))],
    [change(0, { kind: "created" }), change(2, severity, jonas)],
  );
  expect(told.map(({ kind, by }) => `${kind} ${by.name ?? ""}`)).toEqual([
    "changes Maya",
    "comment Maya",
    "changes Jonas",
    "comment Maya",
  ]);
});

test.each([
  ["by one person within five minutes are one line", [0, 4, 5], 1],
  ["further apart are two", [0, 4, 6], 2],
])("changes %s", (_, minutes, lines) => {
  const history = minutes.map((minute) => change(minute, severity));
  expect(tellStory([], history)).toHaveLength(lines);
});

test("changes by two people, or with a comment between them, stay apart", () => {
  expect(tellStory([], [change(0, severity), change(1, status, jonas)])).toHaveLength(2);
  const between = tellStory([entry(1, comment("x"))], [change(0, severity), change(2, status)]);
  expect(between).toHaveLength(3);
});

test("the beginning of a case stands for itself", () => {
  expect(tellStory([], [change(0, { kind: "created" }), change(1, severity)])).toHaveLength(2);
});

test("alerts attached together are one line with a group for each rule", () => {
  const [line, ...others] = tellStory(
    [entry(0, alerts("Malware", "a", "b")), entry(1, alerts("Beacon", "c"))],
    [],
  );
  expect(others).toEqual([]);
  expect(line?.kind === "alerts" && line.groups.map(({ attachments }) => attachments)).toEqual([
    ["a-0"],
    ["a-1"],
  ]);
});

test("filters count their lines, and find text and people", () => {
  const told = tellStory(
    [
      entry(1, comment("Rundll32 on web-07")),
      entry(9, alerts("Malware", "abc")),
      entry(12, { kind: "other", typeName: ".lens", raw: "{}" }, { by: jonas }),
    ],
    [change(0, { kind: "created" })],
  );
  expect(countKinds(told)).toEqual({ all: 4, comments: 1, changes: 1, attachments: 2 });
  const shown = (over: Partial<typeof NO_FILTER>) =>
    filterStory(told, { ...NO_FILTER, ...over }).map(({ kind }) => kind);
  expect(shown({ text: " rundll32 " })).toEqual(["comment"]);
  expect(shown({ text: "abc" })).toEqual(["alerts"]);
  expect(shown({ person: "Jonas" })).toEqual(["other"]);
  expect(shown({ kind: "attachments" })).toEqual(["alerts", "other"]);
});

test("news begins behind the last look, and nothing is news to whoever never looked", () => {
  const mine = entry(9, comment("mine"), { id: null, pending: "added" });
  const told = tellStory([entry(1, comment("old")), entry(5, comment("new")), mine], []);
  expect(firstNew(told, at(1))).toBe("a-5");
  expect(firstNew(told, at(5))).toBeNull();
  expect(firstNew(told, null)).toBeNull();
});

test("a look reaches to the newest thing that Kibana has", () => {
  const mine = entry(9, comment("mine"), { id: null, pending: "added" });
  expect(newestOf([entry(3, comment("x")), mine], [change(1, severity)])).toBe(at(3));
  expect(newestOf([], [])).toBeNull();
});

test("one change is told whole, several by their names", () => {
  expect(summarize([change(0, severity)], same)).toBe("set severity Low → High");
  const tags: CaseChange = { kind: "tagsAdded", tags: ["a"] };
  const run = [change(0, severity), change(1, tags), change(2, tags), change(3, status)];
  expect(summarize(run, same)).toBe("changed severity, tags and status");
});

test("custom fields are told by their labels, and unknown things by Kibana's names", () => {
  const label = (key: string) => (key === "k" ? "Customer" : key);
  expect(describeChange({ kind: "customFields", keys: ["k", "x"] }, label)).toBe(
    "changed Customer and x",
  );
  const other: CaseChange = { kind: "other", typeName: "from_the_future", action: "add" };
  expect(describeChange(other, label)).toBe("did “add” with “from_the_future”");
  expect(describeChange({ kind: "title", from: null, to: "a\u202eb" }, label)).toBe(
    "renamed it to “a⟨RLO⟩b”",
  );
});

test("a quotation marks every line", () => {
  expect(quote("a\n\nb\n")).toBe("> a\n> \n> b\n\n");
});
