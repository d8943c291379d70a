import { expect, test } from "vitest";
import type { CustomFieldForm } from "$lib/backend/backend";
import { parse } from "$lib/backend/fake-edits";
import { alertLine } from "./alerts";
import { split } from "./case";
import { countTasks, customFields, readCustom, ticked, whyNotCustom } from "./properties";

const field = (kind: CustomFieldForm["kind"], required = false): CustomFieldForm => ({
  key: "k",
  label: "K",
  kind,
  required,
  defaultValue: { kind: "none" },
});

test("a tick changes one character, and only between brackets", () => {
  const text = "a\n- [ ] b\n- [x] c";
  expect(ticked(text, 5, true)).toBe("a\n- [x] b\n- [x] c");
  expect(ticked(text, 13, false)).toBe("a\n- [ ] b\n- [ ] c");
  expect(ticked(text, 0, true)).toBeNull();
  expect(ticked("", 5, true)).toBeNull();
});

test("tasks are counted however deep they stand", () => {
  const { blocks } = parse("- [x] a\n- [ ] b");
  expect(countTasks([{ kind: "quote", blocks }, ...blocks])).toEqual({ all: 4, done: 2 });
});

test.each([
  ["text", "  x ", { kind: "text", text: "x" }],
  ["text", "", { kind: "none" }],
  ["text", "x".repeat(160), { kind: "text", text: "x".repeat(160) }],
  ["text", "x".repeat(161), null],
  ["number", "42", { kind: "number", number: 42 }],
  ["number", "9007199254740991", { kind: "number", number: 9007199254740991 }],
  ["number", "9007199254740992", null],
  ["number", "1.5", null],
  ["number", "many", null],
] as const)("a %s field takes “%s” for what it is", (kind, text, value) => {
  expect(readCustom(field(kind), text)).toEqual(value);
});

test("a required field says that it needs a value", () => {
  expect(readCustom(field("text", true), " ")).toBeNull();
  expect(whyNotCustom(field("text", true), " ")).toBe("A value is needed here.");
  expect(whyNotCustom(field("number"), "x")).toBe("Only whole numbers.");
});

test("values of fields that the configuration does not know are shown, and not lost", () => {
  const shown = customFields(
    {
      title: "",
      description: "",
      tags: [],
      assignees: [],
      category: "",
      customFields: [{ key: "old", value: { kind: "text", text: "x" } }],
    },
    [field("text")],
  );
  expect(shown.map(({ form }) => [form.key, form.kind])).toEqual([
    ["k", "text"],
    ["old", "other"],
  ]);
});

test("what an alert says becomes no Markdown of ours", () => {
  const line = alertLine({
    id: "abc",
    index: "i",
    attachedAt: "",
    summary: {
      ruleName: "**x** [y](https://evil.example)\n# z",
      severity: "high",
      at: "2026-11-23T12:00:00Z",
      host: "web`07",
      user: null,
      reason: null,
      status: null,
    },
  });
  expect(line).toBe(
    "- 2026-11-23 12:00:00Z · High · \\*\\*x\\*\\* \\[y\\](https://evil.example) \\# z · `web 07` · `abc`",
  );
});

test("a comment that is too long is split where a paragraph, a line or a word ends", () => {
  const half = "x".repeat(20_000);
  expect(split(`${half}\n\n${half}`)).toEqual([half, half]);
  expect(split(`${half} ${half}`)).toEqual([half, half]);
  const [first, second] = split("y".repeat(40_000)) ?? [];
  expect([first?.length, second?.length]).toEqual([30_000, 10_000]);
  expect(split("short")).toBeNull();
  expect(split("z".repeat(60_001))).toBeNull();
});
