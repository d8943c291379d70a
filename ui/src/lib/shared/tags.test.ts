import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import table from "./attack.json";
import { markingOf, readTag, tacticKey } from "./tags";

describe("ATT&CK", () => {
  test.each([
    ["T1110", "T1110", "Brute Force", "Credential Access"],
    ["mitre:T1110.001", "T1110.001", "Brute Force: Password Guessing", "Credential Access"],
    ["attack.t1486", "T1486", "Data Encrypted for Impact", "Impact"],
    // Revoked since, and still a tag of many cases.
    ["T1574.002", "T1574.002", "Hijack Execution Flow", "Persistence"],
    // Of another matrix.
    ["T0869", "T0869", null, null],
  ])("%s", (tag, id, name, tactic) => {
    expect(readTag(tag)).toEqual({ kind: "technique", id, name, tactic });
  });

  test("tactics are known too", () => {
    expect(readTag("TA0040")).toMatchObject({ kind: "tactic", id: "TA0040", name: "Impact" });
  });

  test.each(["T110", "T1110.1", "XT1110", "T1110 brute"])("%s is a plain tag", (tag) => {
    expect(readTag(tag)).toEqual({ kind: "plain", text: tag });
  });

  test("the table holds techniques of known tactics, and each tactic has a colour", () => {
    const tactics = Object.keys(table.tactics);
    const entries = Object.entries(table.techniques);
    expect(entries.length).toBeGreaterThan(600);
    for (const [id, entry] of entries) {
      expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
      expect(tactics, id).toContain(`TA00${entry.slice(0, 2)}`);
      expect(entry, id).toMatch(/^\d{2} \S.*\S$/);
    }
    const css = readFileSync("src/tokens.css", "utf8");
    for (const name of Object.values(table.tactics)) {
      expect(css).toContain(`--tactic-${tacticKey(name)}: light-dark(`);
    }
    expect(table.notice).toContain("The MITRE Corporation");
  });
});

test.each([
  ["tlp:red", "RED"],
  ["TLP:AMBER+STRICT", "AMBER+STRICT"],
  ["tlp=Green", "GREEN"],
  ["tlp:white", "CLEAR"],
])("%s is the marking %s", (tag, marking) => {
  expect(readTag(tag)).toEqual({ kind: "tlp", marking });
});

test("the strictest marking counts", () => {
  expect(markingOf(["phish", "tlp:green", "tlp:amber"])).toBe("AMBER");
  expect(markingOf(["phish", "tlp:mauve"])).toBeNull();
});

test("structured tags are facts", () => {
  expect(readTag("confidence:high")).toEqual({ kind: "fact", label: "confidence", value: "high" });
  expect(readTag("rule: Malware prevention")).toMatchObject({ value: "Malware prevention" });
  expect(readTag("rule:")).toMatchObject({ kind: "plain" });
  expect(readTag("team:blue")).toMatchObject({ kind: "plain" });
});
