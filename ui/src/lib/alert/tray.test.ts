import { expect, test } from "vitest";
import type { FoundId, FoundPlace, Whereabouts } from "$lib/backend/backend";
import { OT, SOC } from "$lib/backend/fixtures";
import {
  NOTHING_CHOSEN,
  NOTHING_FOUND,
  choice,
  joined,
  mereWords,
  sort,
  told,
  without,
} from "./tray";

const id = (name: string, over: Partial<FoundId> = {}): FoundId => ({
  id: name,
  line: 1,
  certain: true,
  hint: null,
  ...over,
});
const place = (source: typeof SOC): FoundPlace => ({
  source,
  name: `PRACTICE / ${source.space}`,
  index: "i",
  summary: {
    ruleName: null,
    severity: null,
    at: null,
    host: null,
    user: null,
    reason: null,
    status: null,
  },
  cases: [],
});
const found = (...places: FoundPlace[]): Whereabouts => ({ kind: "found", places });
const lost: Whereabouts = { kind: "notFound", mayBe: null, unasked: [] };

test("ids stand with their source; what lives in several is chosen by nobody", () => {
  const ids = ["a", "constructor", "b", "c", "d", "__proto__"].map((name) => id(name));
  const where = told(NOTHING_FOUND, [
    { id: "a", whereabouts: found(place(SOC)) },
    { id: "b", whereabouts: found(place(OT)) },
    { id: "c", whereabouts: found(place(SOC), place(OT)) },
    { id: "d", whereabouts: lost },
    { id: "constructor", whereabouts: found(place(SOC)) },
  ]);
  const names = (chosen = NOTHING_CHOSEN) => {
    const sorted = sort(ids, where, chosen);
    return {
      groups: sorted.groups.map(({ name, rows }) => [name, rows.map((row) => row.found.id)]),
      several: sorted.several.map((one) => one.found.id),
      lost: sorted.lost.map((one) => one.found.id),
      open: sorted.open.map((one) => one.id),
    };
  };
  expect(names()).toEqual({
    groups: [
      ["PRACTICE / soc", ["a", "constructor"]],
      ["PRACTICE / ot", ["b"]],
    ],
    several: ["c"],
    lost: ["d"],
    open: ["__proto__"],
  });
  const chosen = choice(NOTHING_CHOSEN, "c", OT);
  expect(names(chosen).groups).toEqual([
    ["PRACTICE / soc", ["a", "constructor"]],
    ["PRACTICE / ot", ["b", "c"]],
  ]);
  expect(without(ids, where, ["a"]).ids.map((one) => one.id)).not.toContain("a");
});

test("an id stands once, where it was first seen, and takes a hint that comes later", () => {
  const hint = {
    kibana: "https://k",
    space: "soc",
    index: null,
    ruleId: null,
    summary: place(SOC).summary,
  };
  expect(joined([id("a"), id("b")], [id("a", { line: 9, hint }), id("c")])).toEqual([
    id("a", { hint }),
    id("b"),
    id("c"),
  ]);
});

test("a word that nobody knows was no id", () => {
  const ids = [id("a"), id("word", { certain: false }), id("known", { certain: false })];
  const where = told(NOTHING_FOUND, [{ id: "known", whereabouts: lost }]);
  expect(mereWords(ids, where)).toEqual(["word"]);
});
