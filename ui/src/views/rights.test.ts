import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { EVERY_RIGHT, IDS, ONLY_READ } from "$lib/backend/fixtures";
import type { CaseRights } from "$lib/backend/backend";
import type { TestWindow } from "../test/window";
import { card, column, found, openBoard, openList, paste, see } from "../test/window";

const WHY = "Read-only: this key may not change cases of PRACTICE / OT plant.";
const said = () => found('[role="status"][aria-live="polite"]').textContent.trim();
const toast = () => screen.findByRole("region", { name: "PRACTICE/ot#7" });

/** The board while the key of one of its spaces may not do everything. */
function openWith(rights: Partial<CaseRights>): Promise<TestWindow> {
  return openBoard({}, (fake) => {
    fake.setRights("ot", rights);
  });
}

/** The same, with its case focused. */
async function focusWith(rights: Partial<CaseRights>): Promise<TestWindow> {
  const opened = await openWith(rights);
  await opened.user.keyboard("jj");
  expect(card("case-ot-7")).toHaveFocus();
  return opened;
}

test("a card of a read-only source has a lock and says so; others do not", async () => {
  await openWith(ONLY_READ);
  const locked = card("case-ot-7");
  expect(locked).toHaveAccessibleName(/, read-only$/);
  expect(within(locked).getByRole("img", { name: WHY })).toHaveAttribute("title", WHY);
  expect(within(locked).getByRole("button", { name: "Change status" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  expect(card("case-soc-42")).not.toHaveAccessibleName(/read-only/);
  expect(within(card("case-soc-42")).queryByRole("img", { name: /^Read-only/ })).toBeNull();
});

test("what nobody knows may be tried, and a card follows what is learnt", async () => {
  const { fake } = await openWith({ write: null });
  expect(card("case-ot-7")).not.toHaveAccessibleName(/read-only/);
  fake.setRights("ot", ONLY_READ);
  await see(() => {
    expect(card("case-ot-7")).toHaveAccessibleName(/read-only/);
  });
  fake.setRights("ot", EVERY_RIGHT);
  await see(() => {
    expect(card("case-ot-7")).not.toHaveAccessibleName(/read-only/);
  });
});

test("a row of the list tells it, too", async () => {
  const { user } = await openList({}, (fake) => {
    fake.setRights("ot", ONLY_READ);
  });
  const row = card("case-ot-7");
  expect(row).toHaveAccessibleName(/, read-only$/);
  expect(within(row).getByRole("img", { name: WHY })).toBeInTheDocument();
  await user.click(within(row).getByRole("button", { name: /^Status/ }));
  expect(await toast()).toHaveTextContent(WHY);
  expect(screen.queryByRole("menuitem", { name: /In progress/ })).toBeNull();
});

test.each(["s", "m", "p", "a", "t", "y", "e", "E", "i", "S"])(
  "%s is refused with the reason, and nothing is asked of the core",
  async (key) => {
    const { fake, user } = await focusWith(ONLY_READ);
    await user.keyboard(key);
    const why = /^Read-only: this key may not (change|assign) cases of PRACTICE \/ OT plant\.$/;
    await see(() => {
      expect(said()).toMatch(why);
    });
    expect(await toast()).toHaveTextContent(/this key may not/);
    expect(card("case-ot-7")).toHaveFocus();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByRole("menu")).toBeNull();
    expect(fake.called("editCase")).toEqual([]);
  },
);

test("in the open case nothing can be changed, and comments are as the key may", async () => {
  const { fake, user } = await focusWith({ ...ONLY_READ, comment: true });
  await user.keyboard("{Enter}");
  await see(() => found('[data-open-case="case-ot-7"] textarea'));
  const pane = within(found("[data-open-case]"));
  expect(pane.getByRole("img", { name: WHY })).toBeVisible();
  for (const name of [/^Edit the title/, /^Edit: Description/, /^Status:/, /^Severity:/]) {
    await user.click(pane.getByRole("button", { name }));
  }
  await user.click(pane.getByRole("switch", { name: /alerts/i }));
  expect(screen.queryByRole("textbox", { name: "Title" })).toBeNull();
  expect(screen.queryByRole("textbox", { name: "Description" })).toBeNull();
  expect(fake.called("editCase")).toEqual([]);
  await user.type(pane.getByRole("textbox", { name: "Comment" }), "Seen.");
  await user.click(pane.getByRole("button", { name: "Comment" }));
  await see(() => {
    expect(fake.called("addComment")).toHaveLength(1);
  });
});

test("where nobody may comment the composer is closed with the reason", async () => {
  const { fake, user } = await focusWith(ONLY_READ);
  await user.keyboard("{Enter}");
  await see(() => found('[data-open-case="case-ot-7"] textarea'));
  const pane = within(found("[data-open-case]"));
  const field = pane.getByRole("textbox", { name: "Comment" });
  expect(field).toHaveAttribute("readonly");
  expect(field).toHaveAccessibleDescription(
    "Read-only: this key may not comment on cases of PRACTICE / OT plant.",
  );
  await user.click(field);
  await user.keyboard("Seen.{Control>}{Enter}{/Control}");
  expect(fake.called("addComment")).toEqual([]);
  found("[data-open-case]").focus();
  paste("a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90");
  await see(() => {
    expect(said()).toBe("Read-only: this key may not comment on cases of PRACTICE / OT plant.");
  });
  expect(fake.called("attachAlerts")).toEqual([]);
});

test("who may assign only is refused all else", async () => {
  const { fake, user } = await focusWith({ ...ONLY_READ, assign: true });
  await user.keyboard("i");
  await see(() => {
    expect(fake.called("editCase")).toHaveLength(1);
  });
  await user.keyboard("s");
  await see(() => {
    expect(said()).toBe(WHY);
  });
});

test("the sheet says what is skipped before the click, sends the rest, and says it after", async () => {
  const { fake, user } = await openWith(ONLY_READ);
  await user.keyboard("jx{Shift>}{ArrowDown}{ArrowDown}{/Shift}s");
  const dialog = within(await screen.findByRole("dialog", { name: "Change 3 cases" }));
  expect(dialog.getByText("1 case, read-only key – will be skipped")).toBeVisible();
  const ot = dialog.getByRole("checkbox", { name: "Change the cases in PRACTICE / OT plant" });
  expect(ot).toBeDisabled();
  expect(ot).not.toBeChecked();
  await user.click(dialog.getByRole("radio", { name: "In progress" }));
  await user.click(dialog.getByRole("button", { name: "Move 2 cases" }));
  await see(() => {
    const [parts] = fake.called("editCases")[0] ?? [];
    expect(JSON.stringify(parts)).toContain("case-soc-42");
    expect(JSON.stringify(parts)).not.toContain("case-ot-7");
  });
  expect(await screen.findByRole("region", { name: "2 cases" })).toHaveTextContent(
    /1 case was skipped/,
  );
});

test("the sheet counts whom a key may assign, not what it may change", async () => {
  const { user } = await openWith({ write: false, assign: true });
  await user.keyboard("jx{Shift>}{ArrowDown}{ArrowDown}{/Shift}a");
  const dialog = within(await screen.findByRole("dialog", { name: "Change 3 cases" }));
  await user.click(dialog.getByRole("radio", { name: "No one" }));
  expect(dialog.queryByText(/will be skipped/)).toBeNull();
  await user.click(dialog.getByRole("radio", { name: "Status" }));
  expect(dialog.getByText(/will be skipped/)).toBeVisible();
});

test("cards that are moved together leave the read-only ones where they are", async () => {
  const { fake, user } = await openWith(ONLY_READ);
  await user.keyboard("jx{Shift>}{ArrowDown}{ArrowDown}{/Shift}{Home}m");
  expect(said()).toBe("Moving 2 cases. Use left and right, Enter to drop, Escape to cancel");
  expect(card("case-ot-7")).not.toHaveClass("moving");
  await user.keyboard("{ArrowRight}{Enter}");
  await see(() => {
    expect(column("in-progress").querySelector('[data-case="case-soc-42"]')).not.toBeNull();
  });
  expect(column("open").querySelector('[data-case="case-ot-7"]')).not.toBeNull();
  expect(await screen.findByRole("region", { name: "2 cases" })).toHaveTextContent(
    /1 case was skipped/,
  );
  expect(JSON.stringify(fake.called("editCases"))).not.toContain("case-ot-7");
});

test("alerts of the Tray stay there when the key may not attach them", async () => {
  const { fake, user } = await openBoard({}, (backend) => {
    backend.setRights("soc", ONLY_READ);
  });
  paste([IDS.free, IDS.free2].join(" "));
  await screen.findByRole("button", { name: "Attach 2 alerts to PRACTICE/soc#42" });
  await see(() => {
    expect(found("[data-tray-screen]")).toHaveFocus();
  });
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("region", { name: "PRACTICE/soc#42" })).toHaveTextContent(
    "Read-only: this key may not comment on cases of PRACTICE / SOC.",
  );
  expect(fake.called("attachIds")).toEqual([]);
  expect(fake.trayed.kept.ids.map(({ id }) => id)).toEqual([IDS.free, IDS.free2]);
});

test("a new case says that a source is read-only, and is kept for another", async () => {
  const { fake, user } = await openWith(ONLY_READ);
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New case" }));
  const source = dialog.getByRole("combobox", { name: "Where" });
  await user.type(dialog.getByRole("textbox", { name: "Title" }), "Beacon to a new domain");
  await user.type(dialog.getByRole("textbox", { name: "Description" }), "Seen twice.");
  await user.selectOptions(source, "PRACTICE / OT plant – read-only");
  expect(source).toBeInvalid();
  expect(source).toHaveAccessibleDescription(/^Read-only: this key may not open cases here\./);
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(source).toHaveFocus();
  expect(fake.called("createCase")).toEqual([]);
  await user.selectOptions(source, "PRACTICE / SOC");
  expect(source).toBeValid();
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("createCase")).toHaveLength(1);
  });
  expect(fake.called("createCase")[0]?.[1]).toMatchObject({ title: "Beacon to a new domain" });
});
