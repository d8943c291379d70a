import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Coalesced } from "./coalesced";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("many pokes become one run", async () => {
  const work = vi.fn(() => Promise.resolve());
  const coalesced = new Coalesced(work);
  for (let poke = 0; poke < 20; poke += 1) {
    coalesced.poke();
  }
  await vi.advanceTimersByTimeAsync(60);
  expect(work).toHaveBeenCalledTimes(1);
});

test("a poke during a run leads to exactly one more, and runs never overlap", async () => {
  let running = 0;
  let most = 0;
  const work = vi.fn(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 500));
    running -= 1;
  });
  const coalesced = new Coalesced(work);
  coalesced.poke();
  await vi.advanceTimersByTimeAsync(100);
  coalesced.poke();
  coalesced.poke();
  await vi.advanceTimersByTimeAsync(2000);
  expect(work).toHaveBeenCalledTimes(2);
  expect(most).toBe(1);
});

test("after a stop nothing runs", async () => {
  const work = vi.fn(() => Promise.resolve());
  const coalesced = new Coalesced(work);
  coalesced.poke();
  coalesced.stop();
  await vi.advanceTimersByTimeAsync(200);
  expect(work).not.toHaveBeenCalled();
});
