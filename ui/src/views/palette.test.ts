import { screen, within } from "@testing-library/svelte";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { card, found, openBoard, see } from "../test/window";

const field = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Command or case" });
const options = () =>
  within(screen.getByRole("listbox", { name: "Command palette" }))
    .queryAllByRole("option")
    .map((option) => option.textContent.trim().replace(/\s+/g, " "));
const chosen = () => screen.getByRole("option", { selected: true });

async function palette(user: UserEvent): Promise<void> {
  await user.keyboard("{Control>}k{/Control}");
  await see(() => {
    expect(field()).toHaveFocus();
  });
}

test("it offers what can be done with the focused case first, and does it there", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j");
  await palette(user);
  const group = screen.getByRole("group", { name: "For PRACTICE/soc#42" });
  expect(within(group).getByRole("option", { name: /^Comment R/ })).toBeInTheDocument();
  await user.keyboard("comm");
  expect(chosen()).toHaveTextContent(/^Comment/);
  await user.keyboard("{Enter}");
  await see(() => {
    expect(found("[data-composer]")).toHaveFocus();
  });
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(fake.called("openCase").at(-1)).toEqual([expect.objectContaining({ id: "case-soc-42" })]);
  expect(fake.info.preferences.recentActions).toEqual(["comment"]);
});

test("what was used lately comes first the next time", async () => {
  const { user } = await openBoard({ preferences: { recentActions: ["theme", "sync"] } });
  await palette(user);
  const recent = screen.getByRole("group", { name: "Used lately" });
  expect(within(recent).getAllByRole("option")).toHaveLength(2);
  expect(chosen()).toHaveTextContent(/^Theme/);
});

test("a case is found by its number and by words of its title, and opened", async () => {
  const { user } = await openBoard();
  await palette(user);
  await user.keyboard("#39");
  await see(() => {
    expect(options()[0]).toMatch(/^PRACTICE\/soc#39/);
  });
  await user.keyboard("{Control>}a{/Control}sideloading");
  await see(() => {
    expect(options()[0]).toMatch(/^PRACTICE\/soc#42/);
  });
  await user.keyboard("{Enter}");
  await see(() => found('[data-open-case="case-soc-42"]'));
});

test("a command that asks becomes a step, and goes back by Escape and Backspace", async () => {
  const { fake, user } = await openBoard();
  await palette(user);
  await user.keyboard(">theme{Enter}");
  const step = await screen.findByRole("combobox", { name: /^Theme/ });
  expect(chosen()).toHaveTextContent("As the system");
  await user.keyboard("{Backspace}");
  expect(field()).toHaveFocus();
  expect(step).toBe(field());
  await user.keyboard("theme{Tab}high{Enter}");
  await see(() => {
    expect(fake.info.preferences.theme).toBe("contrast");
  });
  expect(document.documentElement).toHaveAttribute("data-theme", "contrast");
  expect(card("case-soc-42")).toBeVisible();
});

test("what fails stays open and says why in its row", async () => {
  const { fake, user } = await openBoard();
  fake.fail("setSpaceShown", commandError("cache_unreadable"));
  await palette(user);
  await user.keyboard("hide soc{Enter}");
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(field()).toHaveFocus();
  await user.keyboard("{Enter}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

test("cases that cannot be searched cost nothing else", async () => {
  const { fake, user } = await openBoard();
  fake.fail("list", commandError("cache_unreadable"));
  await palette(user);
  await user.keyboard("s");
  expect(await screen.findByRole("alert")).toHaveTextContent("Cases could not be searched.");
  expect(options().length).toBeGreaterThan(1);
});

test("nothing found says so, and the search takes what was typed", async () => {
  const { user } = await openBoard();
  await palette(user);
  await user.keyboard(">qqq");
  expect(screen.getByText("Nothing is called “>qqq”.")).toBeVisible();
  await user.keyboard("{Control>}a{/Control}sev:low");
  await see(() => {
    expect(options().at(-1)).toBe("Search cases for “sev:low”");
  });
  await user.keyboard("{ArrowUp}{Enter}");
  await see(() => {
    expect(screen.getByRole("combobox", { name: "Search cases" })).toHaveValue("sev:low");
  });
});

test("Escape gives the focus back to the card", async () => {
  const { user } = await openBoard();
  await user.keyboard("jj");
  const before = document.activeElement;
  await palette(user);
  await user.keyboard("{Escape}");
  await see(() => {
    expect(before).toHaveFocus();
  });
});

test("a question mark lists the keys, by what they do", async () => {
  const { user } = await openBoard();
  await palette(user);
  await user.keyboard("?utc");
  expect(options()[0]).toMatch(/^UTC or local time U$/);
});
