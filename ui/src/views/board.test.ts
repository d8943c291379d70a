import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { commandError } from "$lib/backend/fake";
import { PRACTICE } from "$lib/backend/fixtures";
import { RowsState } from "$lib/board/rows.svelte";
import { card, column, found, open, openBoard, see } from "../test/window";

const cards = (status: string) =>
  [...column(status).querySelectorAll<HTMLElement>("[data-case]")].map(
    (element) => element.dataset["case"],
  );

test("cases of three spaces stand in columns by status, with what a card tells", async () => {
  await openBoard();
  const columns = [...document.querySelectorAll<HTMLElement>("[data-column]")];
  expect(columns.map((element) => element.dataset["column"])).toEqual([
    "open",
    "in-progress",
    "on-hold",
    "closed",
  ]);
  const spaces = [...document.querySelectorAll<HTMLElement>("[data-space]")].map(
    (element) => element.dataset["space"],
  );
  expect(new Set(spaces)).toEqual(new Set(["soc", "ot", "cloud"]));
  const first = card("case-soc-42");
  expect(first).toHaveAccessibleName(
    /^Critical, PRACTICE soc 42, Malicious DLL sideloading on web-07, PRACTICE \/ SOC, 3 alerts, 2 comments, assigned to Maya Lindqvist and Jonas Weber, opened 3 hours ago, changed [89] minutes ago$/,
  );
  for (const seen of ["PRACTICE/soc#42", "SOC", "T1574.002", "3 h", "ML"]) {
    expect(within(first).getByText(seen)).toBeVisible();
  }
  expect(screen.getByRole("list", { name: "In progress, 4 cases" })).toBeVisible();
});

test("the core is told once, after the first card is there", async () => {
  const { fake } = await openBoard();
  await see(() => {
    expect(fake.called("boardPainted")).toHaveLength(1);
  });
  fake.emit({ kind: "caseChanged", case: fake.detail("case-soc-42").row.case });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(fake.called("boardPainted")).toHaveLength(1);
});

test("there is one tab stop on the board, and letters and arrows move it", async () => {
  const { user } = await openBoard();
  expect(document.querySelectorAll('[data-case][tabindex="0"]')).toHaveLength(1);
  await user.keyboard("j");
  expect(card("case-soc-42")).toHaveFocus();
  await user.keyboard("j");
  expect(card("case-ot-7")).toHaveFocus();
  await user.keyboard("{ArrowDown}{ArrowDown}k");
  expect(card("case-cloud-118")).toHaveFocus();
  await user.keyboard("l");
  expect(card("case-ot-5")).toHaveFocus();
  await user.keyboard("{ArrowLeft}{Home}");
  expect(card("case-soc-42")).toHaveFocus();
  await user.keyboard("{End}");
  await see(() => {
    expect(document.activeElement).toBe(card("case-ot-9"));
  });
  expect(document.querySelectorAll('[data-case][tabindex="0"]')).toHaveLength(1);
});

test("Enter opens the case, Esc closes it and gives the focus back", async () => {
  const { user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => found('[data-open-case="case-soc-42"] textarea'));
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  await user.keyboard("{Escape}");
  expect(document.querySelector("[data-open-case]")).toBeNull();
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
});

test("S and 2 change the status, the card shows it is pending, and the focus stays with it", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jj");
  fake.entries.down = true;
  await user.keyboard("s");
  expect(await screen.findByRole("menuitem", { name: /In progress/ })).toBeVisible();
  await user.keyboard("2");
  await see(() => {
    expect(cards("in-progress")).toContain("case-ot-7");
  });
  expect(card("case-ot-7")).toHaveAccessibleName(/not yet saved/);
  fake.entries.goUp();
  await see(() => {
    expect(card("case-ot-7")).not.toHaveAccessibleName(/not yet saved/);
  });
  expect(card("case-ot-7")).toHaveFocus();
  expect(fake.called("editCase")).toEqual([
    [fake.detail("case-ot-7").row.case, { status: "in-progress", seen: { status: "open" } }],
  ]);
  await see(() => {
    expect(screen.getByText(/^Moved to In progress/)).toBeInTheDocument();
  });
});

test("the status it has already is not written again", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("js");
  await screen.findByRole("menuitem", { name: /Open/ });
  await user.keyboard("1");
  await see(() => {
    expect(screen.getByText(/^Already in Open/)).toBeInTheDocument();
  });
  expect(fake.called("editCase")).toEqual([]);
});

test("a digit typed before the menu has the focus is not lost", async () => {
  const { user } = await openBoard();
  await user.keyboard("j");
  const s = new KeyboardEvent("keydown", { key: "s", bubbles: true, cancelable: true });
  document.activeElement?.dispatchEvent(s);
  const digit = new KeyboardEvent("keydown", { key: "3", bubbles: true, cancelable: true });
  document.activeElement?.dispatchEvent(digit);
  await see(() => {
    expect(cards("closed")).toContain("case-soc-42");
  });
});

test("a change that cannot be kept leaves the card where it is and says why, by name and code", async () => {
  const { fake, user } = await openBoard();
  fake.fail("editCase", commandError("cache_unreadable"));
  await user.keyboard("js");
  await screen.findByRole("menuitem", { name: /Closed/ });
  await user.keyboard("3");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "cache_unreadable");
  expect(alert).toHaveTextContent("Nothing was changed.");
  await user.click(within(alert).getByRole("button", { name: "Details" }));
  expect(alert).toHaveTextContent("Code: cache_unreadable");
  await see(() => {
    expect(cards("open")).toContain("case-soc-42");
  });
  await user.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("M moves by keys over the columns that can be moved to", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jm");
  expect(screen.getByText(/^Moving PRACTICE\/soc#42/)).toBeInTheDocument();
  await user.keyboard("{ArrowRight}{ArrowRight}");
  expect(screen.getByText(/^Closed, position is by severity/)).toBeInTheDocument();
  await user.keyboard("{Enter}");
  await see(() => {
    expect(cards("closed")).toContain("case-soc-42");
  });
  expect(fake.called("editCase")[0]?.[1]).toMatchObject({
    status: "closed",
    seen: { status: "open" },
  });
});

test("Esc ends move mode without a write", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jm{ArrowRight}{Escape}");
  expect(screen.getByText(/^Move cancelled, back in Open/)).toBeInTheDocument();
  expect(fake.called("editCase")).toEqual([]);
});

test("a space that is unticked leaves the board, and comes back", async () => {
  const { user } = await openBoard();
  await user.click(screen.getByRole("checkbox", { name: "Show OT plant" }));
  await see(() => {
    expect(document.querySelector('[data-space="ot"]')).toBeNull();
  });
  expect(screen.getByRole("checkbox", { name: "Show OT plant" })).not.toBeChecked();
  await user.click(screen.getByRole("checkbox", { name: "Show OT plant" }));
  await see(() => card("case-ot-7"));
});

test("a space that could not be hidden stays ticked, and why is said", async () => {
  const { fake, user } = await openBoard();
  fake.fail("setSpaceShown", commandError("cache_unreadable"));
  await user.click(screen.getByRole("checkbox", { name: "Show OT plant" }));
  expect(await screen.findByRole("alert")).toHaveAttribute("data-error-code", "cache_unreadable");
  expect(screen.getByRole("checkbox", { name: "Show OT plant" })).toBeChecked();
});

test("the search box narrows the board; no match can be cleared", async () => {
  const { user } = await openBoard();
  await user.keyboard("/");
  expect(screen.getByRole("combobox", { name: "Search cases" })).toHaveFocus();
  await user.keyboard("brute");
  await see(() => {
    expect(cards("in-progress")).toEqual(["case-soc-36"]);
  });
  await user.keyboard(" unicorn");
  expect(await screen.findByText("Nothing matches “brute unicorn”.")).toBeVisible();
  await user.click(screen.getAllByRole("button", { name: "Clear search" })[1] ?? document.body);
  await see(() => card("case-soc-42"));
});

test("a source that fails is named with the age of its data, and its key can be replaced", async () => {
  const { fake, user } = await openBoard({}, (prepared) => {
    prepared.change(PRACTICE, (view) => ({
      ...view,
      problem: commandError("unauthenticated"),
    }));
  });
  const banner = await screen.findByRole("alert");
  expect(banner).toHaveTextContent("PRACTICE no longer accepts this key.");
  expect(banner).toHaveTextContent(/Showing data from \d\d:\d\d\./);
  expect(card("case-soc-42")).toBeVisible();
  await user.click(within(banner).getByRole("button", { name: "Replace key" }));
  await see(() => {
    expect(screen.queryByRole("alert")).toBeNull();
  });
  expect(fake.called("replaceKey")).toEqual([[PRACTICE]]);
});

test("long columns draw only what is near, and ask for at most a page", async () => {
  const { fake } = await openBoard({ nExtra: 4000 });
  expect(document.querySelectorAll("[data-case]").length).toBeLessThan(80);
  const limits = fake.called("boardWindow").map(([, , , limit]) => Number(limit));
  expect(Math.max(...limits)).toBeLessThanOrEqual(200);
});

test("an empty profile says so in words", async () => {
  open({ empty: true });
  expect(await screen.findByText("No cases in these 3 spaces.")).toBeVisible();
});

test("a change from the core is shown without losing the focus", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jj");
  const detail = fake.detail("case-ot-7");
  detail.row = { ...detail.row, title: "Renamed by a colleague" };
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  await see(() => {
    expect(card("case-ot-7")).toHaveTextContent("Renamed by a colleague");
  });
  expect(card("case-ot-7")).toHaveFocus();
});

test("what a refresh brings leaves the cases where they were scrolled to", async () => {
  const reveal = vi.spyOn(RowsState.prototype, "reveal");
  const { fake, user } = await openBoard();
  await user.keyboard("jj");
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

test("? lists the keys that exist, and letters rest while it is open", async () => {
  const { user } = await openBoard();
  await user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keys" });
  for (const title of ["Next case", "Comment", "Attach alerts from the clipboard", "Sync now"]) {
    expect(within(dialog).getByText(title)).toBeVisible();
  }
  await user.keyboard("m");
  expect(screen.queryByText(/^Moving/)).toBeNull();
  await user.keyboard("{Escape}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

test("U and the theme button are saved as preferences", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("u");
  await see(() => {
    expect(fake.info.preferences.zone).toBe("local");
  });
  await user.click(screen.getByRole("button", { name: /^Theme/ }));
  await see(() => {
    expect(document.documentElement.dataset["theme"]).toBe("light");
  });
});
