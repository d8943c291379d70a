import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { card, found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

/** The board with the first case open and in focus. */
async function openCase(): Promise<TestWindow> {
  const opened = await openBoard();
  await opened.user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  await see(() => found("[data-composer]"));
  return opened;
}

/* What is typed right after a dialog was asked for belongs to it: nothing is waited for here. */

test.each([
  ["a new case", { key: "c" }, "textbox", "Title"],
  ["the palette", { key: "k", ctrlKey: true }, "combobox", "Command or case"],
  ["the name of a view", { key: "s", ctrlKey: true }, "textbox", "Name"],
])("the field for %s has the focus as soon as it is asked for", async (_, key, role, name) => {
  await openCase();
  await fireEvent.keyDown(found("[data-open-case]"), key);
  expect(screen.getByRole(role, { name })).toHaveFocus();
});

test.each([
  ["r", "the composer", () => found("[data-composer]")],
  ["S", "the last word", () => found("[data-closing]")],
  ["a", "people", () => found(".picker-input")],
  ["e", "the title", () => found("[data-open-case] header input")],
])("letters after %s are no keys while %s is not there yet", async (key, _, field) => {
  const { fake, user } = await openBoard();
  await user.keyboard("j");
  const arrive = fake.hold("openCase");
  await user.keyboard(key === "S" ? "{Shift>}S{/Shift}" : key);
  await see(() => {
    expect(fake.called("openCase")).toHaveLength(1);
  });
  await user.keyboard("isx2");
  expect(document.querySelector('[role="menu"], [aria-selected="true"][data-case]')).toBeNull();
  expect(fake.called("openCase")).toHaveLength(1);
  arrive();
  await see(() => {
    expect(field()).toHaveFocus();
  });
  expect(fake.called("editCase")).toEqual([]);
  await user.keyboard("ab");
  expect(field()).toHaveValue("ab");
});

test("a case that is opened after one was commented does not begin with a comment", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jr");
  await see(() => {
    expect(found("[data-composer]")).toHaveFocus();
  });
  await user.keyboard("{Escape}{Escape}");
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
  await user.keyboard("j");
  const arrive = fake.hold("openCase");
  await user.keyboard("{Enter}");
  await see(() => {
    expect(found('[data-open-case="case-ot-7"]')).toHaveFocus();
  });
  arrive();
  await see(() => found("[data-open-case] [data-composer]"));
  expect(found("[data-open-case]")).toHaveFocus();
});

test("closing a dialog gives the focus back", async () => {
  const { user } = await openCase();
  await user.keyboard("{Control>}s{/Control}");
  await see(() => {
    expect(screen.getByRole("dialog")).toContainElement(document.activeElement as HTMLElement);
  });
  await user.keyboard("{Escape}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
  expect(found("[data-open-case]")).toHaveFocus();
});
