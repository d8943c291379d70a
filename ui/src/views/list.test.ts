import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { commandError } from "$lib/backend/fake";
import { IDS } from "$lib/backend/fixtures";
import { RowsState } from "$lib/board/rows.svelte";
import { card, found, open, openBoard, openList, paste, see } from "../test/window";

const rows = () =>
  [...document.querySelectorAll<HTMLElement>('[role="row"][data-case]')].map(
    (element) => element.dataset["case"],
  );

test("the list is a grid of rows that tell what a card tells, newest change first", async () => {
  await openList();
  const grid = screen.getByRole("grid", { name: "List" });
  expect(grid).toHaveAttribute("aria-rowcount", "18");
  expect(rows().slice(0, 2)).toEqual(["case-soc-39", "case-soc-42"]);
  const row = card("case-soc-42");
  expect(row).toHaveAccessibleName(
    /^Critical, PRACTICE soc 42, Malicious DLL sideloading on web-07, Open, PRACTICE \/ SOC, 3 alerts, 2 comments, assigned to Maya Lindqvist and Jonas Weber, opened 3 hours ago, changed [89] minutes ago$/,
  );
  expect(row).toHaveAttribute("aria-rowindex", "3");
  expect(row).toHaveTextContent("PRACTICE/soc#42");
  for (const seen of ["Open", "T1574.002", "SOC", "ML"]) {
    expect(within(row).getByText(seen)).toBeVisible();
  }
  expect(screen.getByRole("columnheader", { name: "Changed" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
});

test("Mod B goes to the list and back with the same case in focus", async () => {
  const { user } = await openBoard();
  await user.keyboard("jjj");
  expect(card("case-cloud-118")).toHaveFocus();
  await user.keyboard("{Control>}b{/Control}");
  await see(() => {
    expect(found('[role="row"][data-case="case-cloud-118"]')).toHaveFocus();
  });
  expect(screen.getAllByRole("button", { name: "List" })[0]).toHaveAttribute(
    "aria-current",
    "page",
  );
  await user.keyboard("{Control>}b{/Control}");
  await see(() => {
    expect(found('[data-column] [data-case="case-cloud-118"]')).toHaveFocus();
  });
});

test("the sidebar switches between board and list", async () => {
  const { user } = await openBoard();
  const [entry] = screen.getAllByRole("button", { name: "List" });
  await user.click(entry ?? document.body);
  await screen.findByRole("grid", { name: "List" });
  expect(document.querySelector("[data-column]")).toBeNull();
  await user.keyboard("gb");
  await see(() => found("[data-column]"));
});

test("there is one tab stop, and the keys of the board work", async () => {
  const { fake, user } = await openList();
  expect(document.querySelectorAll('[data-case][tabindex="0"]')).toHaveLength(1);
  await user.keyboard("{Home}j");
  expect(card("case-soc-42")).toHaveFocus();
  await user.keyboard("s");
  await screen.findByRole("menuitem", { name: /In progress/ });
  await user.keyboard("{Escape}");
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
  await user.keyboard("{Enter}");
  await see(() => {
    expect(found('[data-open-case="case-soc-42"]')).toHaveFocus();
  });
  await user.keyboard("{Escape}");
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
  await user.keyboard("k");
  expect(card("case-soc-39")).toHaveFocus();
  paste(IDS.free);
  await see(() => {
    expect(fake.called("attachAlerts")[0]?.[0]).toMatchObject({ id: "case-soc-39" });
  });
  await user.keyboard("r");
  await see(() => {
    expect(document.activeElement?.tagName).toBe("TEXTAREA");
  });
  expect(found("[data-open-case]").dataset["openCase"]).toBe("case-soc-39");
});

test("arrows go into cells, Enter changes the status in its cell, Esc goes back to the row", async () => {
  const { user } = await openList();
  await user.keyboard("{Home}j{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}");
  const cell = found('[data-case="case-soc-42"] [data-cell="status"]');
  expect(cell).toHaveFocus();
  await user.keyboard("{Enter}");
  await screen.findByRole("menu");
  await user.keyboard("{Escape}");
  await see(() => {
    expect(cell).toHaveFocus();
  });
  await user.keyboard("{ArrowDown}");
  expect(found('[data-case="case-cloud-112"] [data-cell="status"]')).toHaveFocus();
  await user.keyboard("{Escape}");
  expect(card("case-cloud-112")).toHaveFocus();
});

test("a header orders by its column, and once more the other way around", async () => {
  const { fake, user } = await openList();
  await user.click(screen.getByRole("button", { name: "Alerts" }));
  await see(() => {
    expect(rows()[0]).toBe("case-soc-39");
    expect(rows()[1]).toBe("case-soc-45");
  });
  await user.click(screen.getByRole("button", { name: "Alerts" }));
  await see(() => {
    expect(rows().at(-1)).toBe("case-soc-39");
  });
  expect(screen.getByRole("columnheader", { name: "Alerts" })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  expect(fake.called("list").at(-1)?.[1]).toMatchObject({ order: "alerts", descending: false });
  await user.keyboard("{ArrowRight}");
  expect(screen.getByRole("button", { name: "Comments" })).toHaveFocus();
});

test("groups have headings with counts, and are closed and opened by keys", async () => {
  const { user } = await openList();
  await user.click(screen.getByRole("button", { name: /^Group/ }));
  await user.click(await screen.findByRole("menuitem", { name: "Severity" }));
  const heading = await screen.findByRole("row", { name: /^High, 5 cases, 5 high$/ });
  expect(screen.getByRole("treegrid", { name: "List" })).toBeVisible();
  expect(heading).toHaveAttribute("aria-expanded", "true");
  heading.focus();
  await user.keyboard("{ArrowLeft}");
  expect(heading).toHaveAttribute("aria-expanded", "false");
  await see(() => {
    expect(rows()).not.toContain("case-cloud-118");
  });
  await user.keyboard("{ArrowDown}");
  expect(screen.getByRole("row", { name: /^Medium, 5 cases/ })).toHaveFocus();
  await user.keyboard("{ArrowUp}{Enter}");
  await see(() => {
    expect(rows()).toContain("case-cloud-118");
  });
  await user.click(screen.getByRole("button", { name: "Close all groups" }));
  await see(() => {
    expect(rows()).toEqual([]);
  });
});

test("a change from the core is shown without losing the focus", async () => {
  const { fake, user } = await openList();
  await user.keyboard("{Home}jjj");
  const detail = fake.detail("case-ot-7");
  expect(card("case-ot-7")).toHaveFocus();
  detail.row = {
    ...detail.row,
    title: "Renamed by a colleague",
    changedAt: new Date(fake.now).toISOString(),
  };
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  await see(() => {
    expect(rows()[0]).toBe("case-ot-7");
  });
  expect(card("case-ot-7")).toHaveTextContent("Renamed by a colleague");
  expect(card("case-ot-7")).toHaveFocus();
});

test("what a refresh brings leaves the rows where they were scrolled to", async () => {
  const reveal = vi.spyOn(RowsState.prototype, "reveal");
  const { fake, user } = await openList();
  await user.keyboard("{Home}j");
  expect(reveal).toHaveBeenLastCalledWith(1);
  reveal.mockClear();
  const detail = fake.detail("case-ot-7");
  detail.row = { ...detail.row, title: "Renamed by a colleague" };
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  await see(() => {
    expect(card("case-ot-7")).toHaveTextContent("Renamed by a colleague");
  });
  expect(reveal).not.toHaveBeenCalled();
  await user.keyboard("j");
  expect(reveal).toHaveBeenLastCalledWith(2);
});

test("long lists draw only what is near, and ask for at most 200 rows", async () => {
  const { fake, user } = await openList({ nExtra: 4000 });
  expect(rows().length).toBeLessThan(80);
  const limits = fake.called("list").map(([, part]) => (part as { limit: number }).limit);
  expect(Math.max(...limits)).toBeLessThanOrEqual(200);
  expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "4018");
  await user.keyboard("{Control>}{Shift>}d{/Shift}{/Control}");
  expect(screen.getByRole("button", { name: "Density: compact" })).toBeVisible();
});

test("columns can be taken away and put there", async () => {
  const { user } = await openList();
  await user.click(screen.getByRole("button", { name: "Columns" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "Tags" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "Age" }));
  await see(() => {
    expect(screen.queryByRole("columnheader", { name: "Tags", hidden: true })).toBeNull();
    expect(screen.getByRole("columnheader", { name: "Age", hidden: true })).toBeVisible();
  });
});

test("the menu of a row does not offer to move it", async () => {
  const { user } = await openList();
  await user.click(within(card("case-soc-42")).getByRole("button", { name: "More" }));
  await screen.findByRole("menuitem", { name: /^Comment/ });
  expect(screen.queryByRole("menuitem", { name: /^Move/ })).toBeNull();
});

test("a list that cannot be read says so, keeps what was shown and can be tried again", async () => {
  const { fake, user } = await openList();
  fake.fail("list", commandError("cache_unreadable"));
  fake.emit({ kind: "caseChanged", case: fake.detail("case-soc-42").row.case });
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The list could not be read.");
  expect(card("case-soc-42")).toBeVisible();
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  await see(() => {
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

test("an empty profile and one that is still read say so", async () => {
  const { user } = open({ empty: true });
  await screen.findByText("No cases in these 3 spaces.");
  await user.keyboard("gl");
  expect(await screen.findByText("No cases in these 3 spaces.")).toBeVisible();
  expect(screen.getByRole("main", { name: "List" })).toBeVisible();
});
