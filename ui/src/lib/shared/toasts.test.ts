import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ToastsState } from "./toasts.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const subjects = (toasts: ToastsState) => toasts.list.map(({ subject }) => subject);
const ACTION = { label: "Undo", run: vi.fn() };
const TOLD = { headline: "It changed.", why: "", safe: "", next: "" };

function undoable(toasts: ToastsState, subject: string): void {
  toasts.undoable(subject, "Moved", { action: ACTION, countdown: () => "", key: subject });
}

test("undo is offered for ten seconds, and for as long as somebody is at it", () => {
  const toasts = new ToastsState();
  undoable(toasts, "a");
  vi.advanceTimersByTime(9000);
  toasts.stay(toasts.list[0]?.id ?? 0);
  vi.advanceTimersByTime(60_000);
  expect(subjects(toasts)).toEqual(["a"]);
  // The pointer leaves, then the focus; the pointer comes back.
  toasts.goOn(toasts.list[0]?.id ?? 0);
  toasts.goOn(toasts.list[0]?.id ?? 0);
  toasts.stay(toasts.list[0]?.id ?? 0);
  vi.advanceTimersByTime(60_000);
  expect(subjects(toasts)).toEqual(["a"]);
  toasts.goOn(toasts.list[0]?.id ?? 0);
  vi.advanceTimersByTime(9999);
  expect(subjects(toasts)).toEqual(["a"]);
  vi.advanceTimersByTime(1);
  expect(subjects(toasts)).toEqual([]);
});

test("only the newest undo is offered, and problems stay beside it", () => {
  const toasts = new ToastsState();
  toasts.told("problem", TOLD, { action: ACTION, code: null, key: "needs" });
  undoable(toasts, "a");
  undoable(toasts, "b");
  expect(subjects(toasts)).toEqual(["problem", "b"]);
  vi.advanceTimersByTime(60_000);
  expect(subjects(toasts)).toEqual(["problem"]);
});

test("a toast takes the place of an older one with the same key", () => {
  const toasts = new ToastsState();
  toasts.told("a", TOLD, { action: ACTION, code: null, key: "needs" });
  toasts.told("b", TOLD, { action: ACTION, code: null, key: "needs" });
  expect(subjects(toasts)).toEqual(["b"]);
  toasts.dismissKey("needs");
  expect(subjects(toasts)).toEqual([]);
});
