import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import type { UserEvent } from "@testing-library/user-event";
import { expect } from "vitest";
import App from "../App.svelte";
import { FakeBackend } from "../lib/backend/fake";
import type { FakeOptions } from "../lib/backend/fake";

export type TestWindow = { fake: FakeBackend; user: UserEvent };

export const NOW = Date.parse("2026-11-23T12:00:00Z");

/** The whole window on the fake backend. */
export function open(options: FakeOptions = {}, prepare?: (fake: FakeBackend) => void): TestWindow {
  const fake = new FakeBackend(options);
  prepare?.(fake);
  render(App, { props: { backend: fake } });
  return { fake, user: userEvent.setup() };
}

/** The same, once the first card is there. */
export async function openBoard(
  options: FakeOptions = {},
  prepare?: (fake: FakeBackend) => void,
): Promise<TestWindow> {
  const opened = open(options, prepare);
  await see(() => card("case-soc-42"));
  return opened;
}

/** The list of the same window. */
export async function openList(
  options: FakeOptions = {},
  prepare?: (fake: FakeBackend) => void,
): Promise<TestWindow> {
  const opened = await openBoard(options, prepare);
  await opened.user.keyboard("gl");
  await see(() => found("[data-cell]"));
  return opened;
}

export function card(id: string): HTMLElement {
  return found(`[data-case="${id}"]`);
}

export function column(status: string): HTMLElement {
  return found(`[data-column="${status}"]`);
}

export function found(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) {
    throw new Error(`nothing on screen matches ${selector}`);
  }
  return element;
}

/** Waits until the check does not throw. */
export async function see<T>(check: () => T): Promise<T> {
  let result: T | undefined;
  await expect
    .poll(
      () => {
        result = check();
        return true;
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe(true);
  return result as T;
}

/** A paste while no text field has the focus. */
/** Pastes a text, and what else a program puts on the clipboard with it. */
export function paste(text: string, more: { html?: string; files?: readonly File[] } = {}): void {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  const given: Record<string, string | undefined> = { "text/plain": text, "text/html": more.html };
  const getData = (type: string) => given[type] ?? "";
  Object.assign(event, { clipboardData: { getData, files: more.files ?? [] } });
  (document.activeElement ?? document.body).dispatchEvent(event);
}
