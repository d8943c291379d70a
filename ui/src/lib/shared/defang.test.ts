import { expect, test } from "vitest";
import { defang, refang } from "./defang";

test.each([
  ["http://evil.test/a.exe", "hxxp[:]//evil[.]test/a.exe"],
  ["HTTPS://EVIL.TEST", "HXXPS[:]//EVIL[.]TEST"],
  ["203.0.113.9", "203[.]0[.]113[.]9"],
  ["203.0.113.9:8443", "203[.]0[.]113[.]9:8443"],
  ["mail from bob.b@mail.evil.test.", "mail from bob.b[@]mail[.]evil[.]test."],
  ["drops payload.dll on web-07.corp.test", "drops payload.dll on web-07[.]corp[.]test"],
  ["see https://evil.zip/x", "see hxxps[:]//evil[.]zip/x"],
  ["version 9.1 at 12:04", "version 9.1 at 12:04"],
  ["", ""],
])("%s", (text, expected) => {
  expect(defang(text)).toBe(expected);
  expect(refang(expected)).toBe(text);
});

test.each([
  ["hXXp://evil[.]test", "http://evil.test"],
  ["hxxps[://]evil(.)test", "https://evil.test"],
  ["evil[dot]test", "evil.test"],
  ["evil {.} test", "evil . test"],
  ["bob [at] evil{.}test", "bob@evil.test"],
  ["203[.]0[.]113[.]9", "203.0.113.9"],
])("%s is read as %s", (text, expected) => {
  expect(refang(text)).toBe(expected);
});

test("what is defanged once is refanged to the very same text, whatever stands around it", () => {
  const parts = [
    "http://a.test/p?q=1.2",
    "https://B.Example.ORG:8443/x",
    "198.51.100.7",
    "j.w@corp.example",
    "T1574.002",
    "web-07",
    "C:\\Users\\x\\run.ps1",
    "e2a2fe19…086d76",
    "…,;()",
    "\n\t",
  ];
  for (const first of parts) {
    for (const second of parts) {
      for (const between of [" ", ", ", "\n", " (", "|"]) {
        const text = `${first}${between}${second}`;
        expect(refang(defang(text))).toBe(text);
      }
    }
  }
});
