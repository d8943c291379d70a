import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBackend } from "$lib/backend/fake";
import { attend } from "./attention";

let fake: FakeBackend;
let stop: () => void;
const told = () => fake.called("attend").map(([attention]) => (attention as { kind: string }).kind);
const happens = (name: string) => window.dispatchEvent(new Event(name));

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeBackend();
  stop = attend(fake);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

test("the core hears when the window loses the focus and gets it back", () => {
  happens("blur");
  happens("focus");
  expect(told()).toEqual(["unfocused", "focused"]);
});

test("ten minutes without a touch are idle, and a touch ends that", () => {
  vi.advanceTimersByTime(9 * 60_000);
  happens("keydown");
  vi.advanceTimersByTime(9 * 60_000);
  expect(told()).toEqual([]);
  vi.advanceTimersByTime(60_000);
  happens("pointermove");
  expect(told()).toEqual(["idle", "focused"]);
});

test("nothing is told once it has ended", () => {
  stop();
  happens("blur");
  vi.advanceTimersByTime(20 * 60_000);
  expect(told()).toEqual([]);
});
