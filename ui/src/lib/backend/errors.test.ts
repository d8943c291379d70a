import { describe, expect, test } from "vitest";
import { ERROR_CODES, explain, explainEntry, fieldProblem, toCommandError } from "./errors";
import { commandError } from "./fake";
import { makeEntry } from "./fake-outbox";
import { SOC } from "./fixtures";

const context = { place: "PROD/soc#42", safe: "Your text is kept here." };

describe.each(ERROR_CODES)("%s", (code) => {
  test("has words of its own that name what happened, and no raw code", () => {
    const told = explain(commandError(code), context);
    expect(told.headline).toMatch(/^[A-Z].+\.$/);
    expect(told.safe).toBe(context.safe);
    const sentence = `${told.headline} ${told.next}`;
    expect(sentence).not.toContain(code.includes("_") ? code : "undefined");
    expect(sentence).not.toContain("undefined");
  });
});

test("no two codes share a headline", () => {
  const headlines = ERROR_CODES.map((code) => explain(commandError(code), context).headline);
  expect(new Set(headlines).size).toBe(ERROR_CODES.length);
});

test("details fill the sentence", () => {
  const at = (
    code: Parameters<typeof commandError>[0],
    detail: Parameters<typeof commandError>[1],
  ) => explain(commandError(code, detail), context);
  expect(at("kibana_failed", { detail: { kind: "kibana", status: 503 } }).why).toBe(
    "Kibana answered 503.",
  );
  expect(at("rate_limited", { detail: { kind: "wait", seconds: 20 } }).next).toBe(
    "Try again in 20 seconds.",
  );
  expect(at("case_full", { detail: { kind: "limit", limit: 500 } }).headline).toContain("500");
  expect(at("not_kibana", { detail: { kind: "target", host: "nginx" } }).why).toContain("nginx");
  expect(at("redirected", { detail: { kind: "target", host: "sso.example" } }).why).toContain(
    "sso.example",
  );
  expect(at("invalid_input", { detail: { kind: "limit", limit: 30_000 } }).why).toContain(
    "30\u202f000",
  );
});

test.each([
  ["a plain string, as Tauri refuses", "command not allowed", "command not allowed"],
  ["an exception", new Error("channel closed"), "channel closed"],
  ["an object with an unknown code", { code: "new_thing", message: "x" }, "[object Object]"],
])("%s becomes internal", (_name, error, message) => {
  const result = toCommandError(error);
  expect(result.code).toBe("internal");
  expect(result.message).toBe(message);
});

test("a command's error stays as it is", () => {
  const error = commandError("case_full");
  expect(toCommandError(error)).toBe(error);
});

test("a field's problem names the field", () => {
  const detail = { kind: "field", field: "url", reason: "has no host" } as const;
  expect(fieldProblem(commandError("invalid_input", { detail }))).toEqual(detail);
  expect(fieldProblem(commandError("unreachable"))).toBeNull();
});

const NAME = { handle: "PROD/soc#42", place: "PROD / soc" };

function why(over: Parameters<typeof makeEntry>[3]): string {
  const entry = makeEntry("1", { source: SOC, id: "1" }, { kind: "addComment", text: "" }, over);
  const { headline, why: reason, safe, next } = explainEntry(entry, NAME);
  return [headline, reason, safe, next].filter((part) => part !== "").join(" ");
}

test("an entry says where something is wrong, of the case or of where it lives, and what Kibana said", () => {
  expect(why({ state: "waiting", error: "unreachable" })).toBe("PROD / soc cannot be reached.");
  expect(why({ state: "refused", why: "refused", error: "case_closed" })).toBe(
    "PROD/soc#42 is closed, alerts cannot be added. Reopen it first.",
  );
  expect(why({ state: "refused", why: "refused", refusal: "too long" })).toBe(
    "PROD/soc#42 did not accept this. Kibana said: “too long”.",
  );
  expect(why({ state: "waiting" })).toBe("");
  expect(why({ state: "held", asks: true })).toMatch(/Nothing was sent yet/);
});

test("each reason to wait for a person has words of its own", () => {
  const reasons = [
    "conflict",
    "refused",
    "gone",
    "notCreated",
    "old",
    "unknown",
    "salvaged",
  ] as const;
  const told = reasons.map((reason) => why({ state: "needsYou", why: reason }));
  expect(new Set(told).size).toBe(reasons.length);
  expect(told).not.toContain("");
});
