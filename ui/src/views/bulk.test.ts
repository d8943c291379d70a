import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { card, column, found, openBoard, openList, see } from "../test/window";

const selected = () =>
  [...document.querySelectorAll<HTMLElement>("[data-case]")]
    .filter(
      (element) =>
        element.getAttribute("aria-selected") === "true" ||
        /, selected$/.test(element.getAttribute("aria-label") ?? ""),
    )
    .map((element) => element.dataset["case"]);
const said = () => found('[role="status"][aria-live="polite"]').textContent.trim();
const statusBar = () => within(screen.getByRole("contentinfo", { name: "Status" }));

test("X selects and unselects, Shift with an arrow extends and shrinks, Escape selects none", async () => {
  const { user } = await openBoard();
  await user.keyboard("jx");
  expect(selected()).toEqual(["case-soc-42"]);
  expect(said()).toBe("PRACTICE/soc#42 selected, 1 in all");
  expect(statusBar().getByRole("button", { name: "1 selected" })).toBeVisible();
  await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  expect(selected()).toHaveLength(3);
  await user.keyboard("{Shift>}{ArrowUp}{/Shift}");
  expect(selected()).toHaveLength(2);
  expect(said()).toBe("2 cases selected");
  await user.keyboard("{Escape}");
  expect(selected()).toEqual([]);
  expect(said()).toBe("Nothing is selected");
});

test("a click with a modifier selects one or all between, and opens nothing", async () => {
  const { user } = await openBoard();
  await user.keyboard("{Control>}");
  await user.click(card("case-soc-42"));
  await user.keyboard("{/Control}");
  expect(selected()).toEqual(["case-soc-42"]);
  const cards = [...column("open").querySelectorAll<HTMLElement>("[data-case]")];
  await user.keyboard("{Shift>}");
  await user.click(cards[3] ?? document.body);
  await user.keyboard("{/Shift}");
  await see(() => {
    expect(selected()).toEqual(cards.slice(0, 4).map((element) => element.dataset["case"]));
  });
  expect(document.querySelector("[data-open-case]")).toBeNull();
});

test("Mod+A selects the column, then the whole board; another search selects none", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j{Control>}a{/Control}");
  const inColumn = column("open").querySelectorAll("[data-case]").length;
  await see(() => {
    expect(said()).toBe(`${inColumn} cases selected`);
  });
  await user.keyboard("{Control>}a{/Control}");
  await see(() => {
    expect(said()).toBe(`${fake.world.cases.length} cases selected`);
  });
  await user.keyboard("/brute{Enter}");
  await see(() => {
    expect(statusBar().queryByRole("button", { name: /selected/ })).toBeNull();
  });
});

test("S with a selection opens the sheet, tells what happens in each space, and asks the core once", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{ArrowDown}{/Shift}s");
  const dialog = within(await screen.findByRole("dialog", { name: "Change 3 cases" }));
  expect(dialog.getByRole("radio", { name: "Status" })).toHaveFocus();
  const spaces = dialog.getAllByRole("checkbox");
  expect(spaces.length).toBeGreaterThan(1);
  await user.click(dialog.getByRole("radio", { name: "In progress" }));
  await user.click(dialog.getByRole("button", { name: "Move 3 cases" }));
  await see(() => {
    expect(column("in-progress").querySelector('[data-case="case-soc-42"]')).not.toBeNull();
  });
  const [call] = fake.called("editCases");
  expect(call?.[0]).toHaveLength(1);
  expect(selected()).toEqual([]);
  await waitFor(() => {
    expect(document.activeElement?.matches("[data-case]")).toBe(true);
  });
  const toast = await screen.findByRole("region", { name: "3 cases" });
  await see(() => {
    expect(statusBar().getByRole("button", { name: "3 done" })).toBeVisible();
  });
  await user.click(within(toast).getByRole("button", { name: "Undo" }));
  await see(() => {
    expect(column("open").querySelector('[data-case="case-soc-42"]')).not.toBeNull();
    expect(statusBar().getByRole("button", { name: "0 done · 3 taken back" })).toBeVisible();
  });
});

test("a space that is unticked is left as it is, and the button counts the rest", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{ArrowDown}{/Shift}p");
  const dialog = within(await screen.findByRole("dialog", { name: "Change 3 cases" }));
  await user.click(dialog.getByRole("radio", { name: "Low" }));
  const [first] = dialog.getAllByRole("checkbox");
  await user.click(first ?? document.body);
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    const [parts] = fake.called("editCases")[0] ?? [];
    expect(JSON.stringify(parts)).toContain('"severity":"low"');
    expect(JSON.stringify(parts)).not.toContain("case-soc-42");
  });
});

test("tags come and go, people are chosen for each space", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{/Shift}t");
  const dialog = within(await screen.findByRole("dialog", { name: "Change 2 cases" }));
  await fireEvent.click(dialog.getByRole("button", { name: /^Add/ }));
  expect(screen.getByRole("combobox", { name: "Find or add a tag" })).toHaveFocus();
  await user.keyboard("shift-7{Enter}");
  await user.keyboard("{Escape}");
  await waitFor(() => {
    expect(dialog.getByRole("button", { name: "Add: shift-7" })).toHaveFocus();
  });
  await user.click(dialog.getByRole("button", { name: "Change tags of 2 cases" }));
  await see(() => {
    expect(fake.detail("case-soc-42").row.tags).toContain("shift-7");
    expect(fake.detail("case-soc-42").row.tags.length).toBeGreaterThan(1);
  });
  await user.keyboard("{Home}x{Shift>}{ArrowDown}{/Shift}a");
  const people = within(await screen.findByRole("dialog", { name: "Change 2 cases" }));
  for (const button of people.getAllByRole("button", { name: /Choose…$/ })) {
    if (!/Choose…$/.test(button.getAttribute("aria-label") ?? "")) {
      continue;
    }
    await user.click(button);
    await user.click(await screen.findByRole("option", { name: /Sam Okafor/ }));
    await user.keyboard("{Escape}");
  }
  await user.click(people.getByRole("button", { name: "Assign 2 cases" }));
  await see(() => {
    expect(fake.detail("case-soc-42").row.assignees.map(({ name }) => name)).toEqual([
      "Sam Okafor",
    ]);
  });
});

test("more than twenty are held, and undo means not sent", async () => {
  const { fake, user } = await openList({ nExtra: 8 });
  await user.keyboard("j{Control>}a{/Control}");
  await see(() => {
    expect(said()).toMatch(/cases selected/);
  });
  const all = fake.world.cases.length;
  expect(all).toBeGreaterThan(20);
  await user.keyboard("y");
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: /^New category/ }));
  await user.keyboard("night{Enter}");
  expect(dialog.getByText(/until then undo means not sent/)).toBeVisible();
  await user.click(dialog.getByRole("button", { name: `Set category of ${all} cases` }));
  const toast = await screen.findByRole("region", { name: `${all} cases` });
  expect(toast).toHaveTextContent(/sent in \d s/);
  await user.click(within(toast).getByRole("button", { name: "Undo" }));
  await see(() => {
    expect(fake.entries.list.every(({ state }) => state === "cancelled")).toBe(true);
  });
});

test("what fails is told in the status bar and case by case, and can be tried again", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{/Shift}s");
  const dialog = within(await screen.findByRole("dialog"));
  fake.entries.down = true;
  await user.click(dialog.getByRole("button", { name: "Move 2 cases" }));
  await see(() => {
    expect(statusBar().getByRole("button", { name: "Changing 0 of 2" })).toBeVisible();
  });
  fake.entries.set(fake.entries.newest.id, { state: "refused", why: "refused" });
  fake.entries.goUp();
  const bar = await statusBar().findByRole("button", { name: "1 done · 1 failed" });
  await user.click(bar);
  const report = within(await screen.findByRole("dialog", { name: "What came of the change" }));
  await user.click(report.getByRole("radio", { name: "Failed" }));
  expect(report.getAllByRole("listitem")).toHaveLength(1);
  await user.click(report.getByRole("button", { name: "Retry 1" }));
  await see(() => {
    expect(statusBar().getByText("2 done")).toBeInTheDocument();
  });
});

test("a refused bulk changes nothing, says why, and keeps the sheet as it was", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{/Shift}b");
  const dialog = within(await screen.findByRole("dialog"));
  fake.fail("editCases", commandError("cache_unreadable"));
  await user.click(dialog.getByRole("button", { name: "Move 2 cases" }));
  expect(await dialog.findByText(/Nothing was changed/)).toBeVisible();
  expect(selected()).toHaveLength(2);
  await user.keyboard("{Escape}");
  await waitFor(() => {
    expect(document.activeElement?.closest("[data-case]")).not.toBeNull();
  });
});

test("M with a selection moves all of it", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jx{Shift>}{ArrowDown}{/Shift}m");
  expect(said()).toMatch(/^Moving 2 cases/);
  await user.keyboard("{ArrowRight}{Enter}");
  await see(() => {
    expect(fake.called("editCases")).toHaveLength(1);
    expect(column("in-progress").querySelector('[data-case="case-soc-42"]')).not.toBeNull();
  });
});
