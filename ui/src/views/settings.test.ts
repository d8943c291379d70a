import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { DEFAULTS } from "$lib/app/preferences";
import type { SavedView } from "$lib/backend/backend";
import { card, found, openBoard, openList, see } from "../test/window";

const radio = (name: string) => screen.getByRole<HTMLInputElement>("radio", { name });
const root = document.documentElement;

const view = (name: string, over: Partial<SavedView> = {}): SavedView => ({
  name,
  profile: "practice",
  screen: "board",
  text: "tag:ransom",
  grouping: null,
  order: "changed",
  descending: true,
  ...over,
});

test("settings open by key with the focus on their parts, and Escape leaves them", async () => {
  const { user } = await openBoard();
  await user.keyboard("gs");
  await see(() => {
    expect(screen.getByRole("button", { name: "Look" })).toHaveFocus();
  });
  await user.keyboard("{Escape}");
  await see(() => card("case-soc-42"));
});

test("theme, density and size take effect at once and are kept", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("{Control>},{/Control}");
  await user.click(radio("High contrast"));
  expect(root).toHaveAttribute("data-theme", "contrast");
  await user.click(radio("Compact"));
  expect(root).toHaveAttribute("data-density", "compact");
  await user.click(screen.getByRole("button", { name: "Larger" }));
  expect(screen.getAllByText("110 %").length).toBeGreaterThan(0);
  await see(() => {
    expect(fake.info.preferences).toEqual({
      ...DEFAULTS,
      zone: "utc",
      theme: "contrast",
      density: "compact",
      scale: 110,
    });
  });
  await user.click(radio("As the system"));
  expect(root).not.toHaveAttribute("data-theme");
});

test("a preference that cannot be saved holds, and says so", async () => {
  const { fake, user } = await openBoard();
  fake.fail("setPreferences", commandError("internal"));
  await user.keyboard("{Control>},{/Control}");
  await user.click(radio("Dark"));
  expect(await screen.findByText(/It holds until Caseboard ends/)).toBeVisible();
  expect(root).toHaveAttribute("data-theme", "dark");
});

test("times are told as a person prefers, by setting and by key", async () => {
  const { fake, user } = await openBoard();
  const time = () => within(card("case-soc-42")).getByText(/^(\d+ h|\d\d:\d\d|\d{4}-\d\d-\d\d)$/);
  expect(time()).toHaveTextContent(/ h$/);
  await user.keyboard("{Shift>}u{/Shift}");
  expect(time()).toHaveTextContent(/:|-/);
  await user.keyboard("u");
  await see(() => {
    expect(fake.info.preferences).toMatchObject({ times: "absolute", zone: "local" });
  });
  await user.keyboard("gs");
  await user.click(screen.getByRole("button", { name: "Time" }));
  expect(radio("As date and time")).toBeChecked();
  expect(radio("Local time")).toBeChecked();
});

test("single keys can be switched off; all others go on", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("gs");
  await user.click(screen.getByRole("button", { name: "Keyboard" }));
  expect(screen.getByRole("list", { name: "Search and views" })).toHaveTextContent("Save view");
  await user.click(screen.getByRole("checkbox", { name: "Keys without a modifier" }));
  expect(fake.info.preferences.singleKeys).toBe(false);
  await user.keyboard("gl?");
  expect(screen.queryByRole("grid")).toBeNull();
  expect(screen.queryByRole("dialog")).toBeNull();
  await user.keyboard("{Escape}");
  await see(() => card("case-soc-42"));
  await user.keyboard("{ArrowDown}{Enter}");
  await see(() => found("[data-open-case]"));
});

test("searches are remembered only by whoever wants that, and can be forgotten", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("/host:web-07{Enter}");
  await user.keyboard("gs");
  await user.click(screen.getByRole("button", { name: "Privacy" }));
  expect(screen.getByText(/encrypted with a key/)).toBeVisible();
  expect(fake.info.preferences.searches).toEqual([]);
  await user.click(screen.getByRole("checkbox", { name: "Remember searches" }));
  await see(() => {
    expect(fake.info.preferences.searches).toEqual(["host:web-07"]);
  });
  await user.click(screen.getByRole("button", { name: "Forget searches" }));
  await see(() => {
    expect(fake.info.preferences).toMatchObject({ keepSearches: true, searches: [] });
  });
});

test("what is on screen is saved as a view, which its key shows again", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("/tag:ransom{Enter}");
  await user.keyboard("{Control>}s{/Control}");
  const dialog = await screen.findByRole("dialog", { name: /as a view/ });
  await user.click(within(dialog).getByRole("button", { name: "Save view" }));
  expect(within(dialog).getByText("Give it a name.")).toBeVisible();
  await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Ransom{Enter}");
  await see(() => {
    expect(fake.info.preferences.views).toEqual([view("Ransom")]);
  });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Board Ransom");
  await user.keyboard("{Control>}{Alt>}0{/Alt}{/Control}");
  await see(() => card("case-cloud-118"));
  await user.keyboard("{Control>}1{/Control}");
  await see(() => {
    expect(screen.getByRole("combobox", { name: "Search cases" })).toHaveValue("tag:ransom");
    expect(document.querySelector('[data-case="case-cloud-118"]')).toBeNull();
  });
  expect(screen.getByRole("button", { name: /^Ransom/ })).toHaveAttribute("aria-current", "page");
});

test("a view brings its screen, groups and order; those of another profile stay away", async () => {
  const views = [
    view("Other", { profile: "own" }),
    view("By source", { screen: "list", grouping: "source", order: "title", descending: false }),
  ];
  const { user } = await openBoard({ preferences: { views } });
  expect(screen.queryByRole("button", { name: /^Other/ })).toBeNull();
  await user.keyboard("{Control>}1{/Control}");
  await screen.findByRole("treegrid", { name: "List" });
  expect(screen.getByRole("button", { name: "Group: Source" })).toBeVisible();
});

test("views are moved and removed, and the focus stays in the list", async () => {
  const { fake, user } = await openBoard({ preferences: { views: [view("A"), view("B")] } });
  await user.keyboard("gs");
  await user.click(screen.getByRole("button", { name: "Saved views" }));
  await user.click(screen.getByRole("button", { name: "Move B up" }));
  await see(() => {
    expect(fake.info.preferences.views.map(({ name }) => name)).toEqual(["B", "A"]);
  });
  await user.click(screen.getByRole("button", { name: "Remove B" }));
  await see(() => {
    expect(fake.info.preferences.views.map(({ name }) => name)).toEqual(["A"]);
    expect(screen.getByRole("button", { name: "Remove A" })).toHaveFocus();
  });
});

test("sidebar and case are as wide as they were left, by keys too", async () => {
  const { fake, user } = await openBoard({ preferences: { sidebarWidth: 240 } });
  expect(root.style.getPropertyValue("--sidebar-width")).toBe("240px");
  screen.getByRole("separator", { name: "Width of the sidebar" }).focus();
  await user.keyboard("{ArrowRight}{ArrowRight}{ArrowLeft}");
  await see(() => {
    expect(fake.info.preferences.sidebarWidth).toBe(256);
  });
  await user.keyboard("{Home}{ArrowLeft}");
  await see(() => {
    expect(fake.info.preferences.sidebarWidth).toBe(180);
  });
  await user.keyboard("{Control>}\\{/Control}");
  await see(() => {
    expect(fake.info.preferences.sidebarHidden).toBe(true);
  });
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  screen.getByRole("separator", { name: "Width of the case" }).focus();
  await user.keyboard("{End}");
  await see(() => {
    expect(root.style.getPropertyValue("--pane-width")).toBe("720px");
  });
});

test("back and forward go through screens, searches and cases, and give the focus back", async () => {
  const { user } = await openBoard();
  await user.keyboard("jj");
  const focused = document.activeElement?.getAttribute("data-case") ?? "";
  await user.keyboard("gs");
  await see(() => screen.getByRole("main", { name: "Settings" }));
  await user.keyboard("gl");
  await see(() => found("[data-cell]"));
  await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
  await see(() => screen.getByRole("main", { name: "Settings" }));
  await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
  await see(() => {
    expect(card(focused)).toHaveFocus();
  });
  expect(screen.getByRole("button", { name: "Back" })).toBeDisabled();
  await user.keyboard("{Alt>}{ArrowRight}{ArrowRight}{/Alt}");
  await see(() => found("[data-cell]"));
  expect(screen.getByRole("button", { name: "Forward" })).toBeDisabled();
});

test("what is typed into the search is one step back", async () => {
  const { user } = await openBoard();
  await user.keyboard("/tag:ransom{Enter}");
  await see(() => {
    expect(document.querySelector('[data-case="case-cloud-118"]')).toBeNull();
  });
  await user.click(screen.getByRole("button", { name: "Back" }));
  await see(() => card("case-cloud-118"));
  expect(screen.getByRole("combobox", { name: "Search cases" })).toHaveValue("");
});

test("F6 goes around the parts of the window", async () => {
  const { user } = await openList();
  const region = () => document.activeElement?.closest("nav, header, section, main, footer");
  const seen: (string | undefined)[] = [];
  for (let times = 0; times < 5; times += 1) {
    await user.keyboard("{F6}");
    seen.push(region()?.tagName);
  }
  expect(new Set(seen).size).toBe(5);
  await user.keyboard("{Shift>}{F6}{/Shift}");
  expect(region()?.tagName).toBe(seen[3]);
});

test("values are defanged and refanged in the composer, and density is left alone there", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("jr");
  const composer = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: /^Comment/ });
  await see(() => {
    expect(composer).toHaveFocus();
  });
  await user.keyboard("seen at http://evil.test/x");
  await user.keyboard("{Control>}{Shift>}d{/Shift}{/Control}");
  expect(composer).toHaveValue("seen at hxxp[:]//evil[.]test/x");
  await user.keyboard("{Control>}{Shift>}r{/Shift}{/Control}");
  expect(composer).toHaveValue("seen at http://evil.test/x");
  expect(fake.info.preferences.density).toBe("default");
});
