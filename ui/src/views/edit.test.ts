import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import type { FakeBackend } from "$lib/backend/fake";
import { SOC } from "$lib/backend/fixtures";
import { card, found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

type OpenCase = TestWindow & { pane: HTMLElement };

/** A case in the pane, opened and focused by keys alone. */
async function openCase(prepare?: (fake: FakeBackend) => void): Promise<OpenCase> {
  const opened = await openBoard({}, prepare);
  await opened.user.keyboard("j{Enter}");
  await see(() => found('[data-open-case="case-soc-42"] [data-story-entry]'));
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  return { ...opened, pane: found("[data-open-case]") };
}

const edits = (fake: FakeBackend) => fake.called("editCase").map(([, edit]) => edit);

test("J3: take this case and start, by keys alone", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("ja");
  await user.type(await screen.findByRole("combobox", { name: "Find a person" }), "Sam");
  await screen.findByRole("option", { name: /Sam Okafor/ });
  await user.keyboard("{Enter}{Escape}");
  await see(() => {
    expect(screen.queryByRole("combobox", { name: "Find a person" })).toBeNull();
  });
  await user.keyboard("s2");
  await see(() => {
    expect(fake.detail("case-soc-42").row.status).toBe("in-progress");
  });
  expect(fake.detail("case-soc-42").fields.assignees).toEqual([
    "u_maya.lindqvist_0",
    "u_jonas.weber_0",
    "u_sam.okafor_0",
  ]);
});

test("severity is chosen by its digit, shows as pending at once, and Ctrl Z takes it back", async () => {
  const { fake, pane, user } = await openCase();
  fake.entries.down = true;
  await user.keyboard("p2");
  const button = await within(pane).findByRole("button", { name: "Severity: Medium. Change" });
  expect(within(button).getByRole("img", { name: "Not yet saved" })).toBeVisible();
  expect(edits(fake)).toEqual([{ severity: "medium", seen: { severity: "critical" } }]);
  await see(() => {
    expect(button).toHaveFocus();
  });
  await user.keyboard("{Control>}z{/Control}");
  await within(pane).findByRole("button", { name: "Severity: Critical. Change" });
});

test("tags are toggled one after the other, each against what was seen before it", async () => {
  const { fake, user } = await openCase();
  await user.keyboard("t");
  const field = await screen.findByRole("combobox", { name: "Find or add a tag" });
  await user.type(field, "ransom{Enter}");
  await user.type(field, "new one{Enter}");
  await see(() => {
    expect(fake.detail("case-soc-42").fields.tags).toEqual(["T1574.002", "web", "new one"]);
  });
  expect(edits(fake)).toEqual([
    { tags: ["T1574.002", "web"], seen: { tags: ["ransom", "T1574.002", "web"] } },
    { tags: ["T1574.002", "web", "new one"], seen: { tags: ["T1574.002", "web"] } },
  ]);
});

test("what is typed right after a list is asked for goes into its field", async () => {
  const { pane } = await openCase();
  await fireEvent.keyDown(pane, { key: "t" });
  expect(screen.getByRole("combobox", { name: "Find or add a tag" })).toHaveFocus();
});

test("a refused edit says why, and the list shows what the case has", async () => {
  const { fake, user } = await openCase();
  fake.fail("editCase", commandError("outbox_full"));
  await user.keyboard("t");
  const field = await screen.findByRole("combobox", { name: "Find or add a tag" });
  await user.type(field, "web{Enter}");
  await screen.findByText("The outbox is full.");
  expect(screen.getByRole("option", { name: "web" })).toBeChecked();
});

test("a person who is not in the list is named with the reason, and a profile id is taken", async () => {
  const { fake, user } = await openCase();
  await user.keyboard("a");
  const field = await screen.findByRole("combobox", { name: "Find a person" });
  await user.type(field, "Lee");
  await screen.findByText("Lee is not in the list of PRACTICE.");
  expect(screen.getByText(/first sign-in to Kibana/)).toBeVisible();
  await user.clear(field);
  await user.type(field, "u_abc_0");
  await user.click(await screen.findByRole("option", { name: /Assign profile id u_abc_0/ }));
  await see(() => {
    expect(fake.detail("case-soc-42").fields.assignees).toContain("u_abc_0");
  });
});

test("without the right to assign, the reason stands in the list", async () => {
  const { user } = await openCase((fake) => {
    fake.fail("suggestPeople", commandError("forbidden"));
  });
  await user.keyboard("a");
  await screen.findByText(/PRACTICE does not let this key assign people/);
  expect(await screen.findByRole("option", { name: /Jonas Weber/ })).toBeChecked();
});

test("the title is edited in place: Enter saves, Escape reverts, a long one stays with the reason", async () => {
  const { fake, pane, user } = await openCase();
  await user.keyboard("e");
  const field = await within(pane).findByRole("textbox", { name: "Title" });
  await see(() => {
    expect(field).toHaveFocus();
  });
  await user.keyboard("never{Escape}");
  expect(within(pane).queryByRole("textbox", { name: "Title" })).toBeNull();
  expect(edits(fake)).toEqual([]);
  await user.click(within(pane).getByRole("button", { name: /^Edit the title/ }));
  const again = within(pane).getByRole("textbox", { name: "Title" });
  await user.clear(again);
  await user.click(again);
  await user.paste("x".repeat(161));
  await user.keyboard("{Enter}");
  expect(within(pane).getByText("1 character too many")).toBeVisible();
  await user.keyboard("{Backspace}{Enter}");
  await within(pane).findByRole("heading", { name: "x".repeat(160) });
  expect(edits(fake)).toHaveLength(1);
});

test("a refused title keeps what was typed", async () => {
  const { fake, pane, user } = await openCase();
  fake.fail("editCase", commandError("cache_unreadable"));
  await user.keyboard("e");
  const field = await within(pane).findByRole("textbox", { name: "Title" });
  await user.clear(field);
  await user.type(field, "better{Enter}");
  await within(pane).findByText("The local data cannot be opened.");
  expect(field).toHaveValue("better");
});

test("the description is written, previewed and saved, and outlives another case in the pane", async () => {
  const { fake, pane, user } = await openCase();
  await user.keyboard("{Shift>}e{/Shift}");
  const field = await within(pane).findByRole("textbox", { name: "Description" });
  await user.clear(field);
  await user.type(field, "half a thought");
  await user.click(card("case-ot-7"));
  await see(() => found('[data-open-case="case-ot-7"] textarea'));
  await user.click(card("case-soc-42"));
  const back = await screen.findByRole("textbox", { name: "Description" });
  expect(back).toHaveValue("half a thought");
  await user.click(
    within(found("[data-open-case]")).getAllByRole("button", { name: "Preview" })[0] ?? pane,
  );
  expect(await screen.findByText("half a thought")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await see(() => {
    expect(fake.detail("case-soc-42").fields.description).toBe("half a thought");
  });
  expect(screen.queryByRole("textbox", { name: "Description" })).toBeNull();
});

test("a task of the description is ticked: one character, against the text that was seen", async () => {
  const { fake, pane, user } = await openCase();
  const box = within(pane).getByRole("checkbox", { name: "collect image" });
  expect(box).not.toBeChecked();
  await user.click(box);
  await see(() => {
    expect(within(pane).getByRole("checkbox", { name: "collect image" })).toBeChecked();
  });
  const [edit] = edits(fake) as { description: string; seen: { description: string } }[];
  expect(edit?.seen.description).toContain("- [ ] collect image");
  expect(edit?.description).toBe(
    edit?.seen.description.replace("- [ ] collect image", "- [x] collect image"),
  );
});

test("custom fields and the sync switch are edited where they stand", async () => {
  const { fake, pane, user } = await openCase();
  await user.click(await within(pane).findByRole("button", { name: "Customer: Acme. Change" }));
  const field = within(pane).getByRole("textbox", { name: "Customer" });
  await user.clear(field);
  await user.keyboard("{Enter}");
  expect(within(pane).getByText("A value is needed here.")).toBeVisible();
  await user.type(field, "Globex{Enter}");
  await within(pane).findByRole("button", { name: "Customer: Globex. Change" });
  await user.click(within(pane).getByRole("switch", { name: "Reported to the authority" }));
  await user.click(within(pane).getByRole("switch", { name: "Alerts follow the case" }));
  await see(() => {
    expect(fake.detail("case-soc-42").syncAlerts).toBe(false);
  });
  const [first] = edits(fake);
  expect(first).toEqual({
    customFields: [{ key: "customer", value: { kind: "text", text: "Globex" } }],
    seen: { customFields: [{ key: "customer", value: { kind: "text", text: "Acme" } }] },
  });
});

test("keys that edit do nothing while a text is typed", async () => {
  const { fake, user } = await openCase();
  await user.keyboard("r");
  await user.keyboard("patycek123");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(fake.called("editCase")).toEqual([]);
});

test("the case fills the window as a page, and Escape brings the cases back", async () => {
  const { user } = await openCase();
  await user.keyboard("gc");
  await see(() => {
    expect(document.querySelector("[data-case]")).toBeNull();
  });
  expect(found("[data-open-case]")).toBeVisible();
  await user.keyboard("{Escape}");
  await see(() => card("case-soc-42"));
  expect(found("[data-open-case]")).toBeVisible();
});

test("the next case of the board is opened from inside the pane", async () => {
  const { user } = await openCase();
  await user.keyboard("]");
  await see(() => found('[data-open-case="case-ot-7"]'));
  await user.keyboard("[[");
  await see(() => found('[data-open-case="case-soc-42"]'));
});

test("C asks for a new case, in the place that somebody looks at, and it is created there", async () => {
  const { fake, user } = await openCase();
  await user.keyboard("c");
  const dialog = await screen.findByRole("dialog", { name: "New case" });
  const inside = within(dialog);
  await inside.findByRole("button", { name: "Create case in PRACTICE / SOC" });
  expect(inside.getByRole("textbox", { name: "Title" })).toHaveFocus();
  await user.keyboard("Odd beacon");
  await user.type(inside.getByRole("textbox", { name: "Description" }), "Seen twice.");
  await user.click(inside.getByRole("button", { name: "Severity: Low" }));
  await user.keyboard("3");
  await see(() => inside.getByRole("button", { name: "Severity: High" }));
  await user.type(inside.getByRole("textbox", { name: "Hosts affected" }), "4");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("createCase")).toEqual([
      [
        SOC,
        {
          title: "Odd beacon",
          description: "Seen twice.",
          tags: [],
          severity: "high",
          assignees: [],
          category: null,
          syncAlerts: true,
          customFields: [{ key: "hosts", value: { kind: "number", number: 4 } }],
        },
      ],
    ]);
  });
  await see(() => screen.getAllByText(/Odd beacon/)[0]);
});

test("a new case is never put anywhere by guess: its place has to be chosen", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New case" }));
  await user.keyboard("x");
  await user.click(dialog.getByRole("button", { name: "Create case" }));
  await dialog.findByText("Choose where the case belongs: it is never guessed.");
  await see(() => {
    expect(dialog.getByRole("combobox", { name: "Where" })).toHaveFocus();
  });
  expect(fake.called("createCase")).toEqual([]);
});

test("what is typed for a new case is kept when it is closed, and another place takes no fields along", async () => {
  const { fake, user } = await openCase();
  await user.keyboard("c");
  let dialog = within(await screen.findByRole("dialog", { name: "New case" }));
  await user.keyboard("half a case");
  await user.type(await dialog.findByRole("textbox", { name: "Customer" }), "Globex");
  await user.keyboard("{Escape}");
  await see(() => {
    expect(fake.newCase?.form.title).toBe("half a case");
  });
  expect(fake.newCase?.source).toEqual(SOC);
  await user.keyboard("c");
  dialog = within(await screen.findByRole("dialog", { name: "New case" }));
  expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("half a case");
  expect(await dialog.findByRole("textbox", { name: "Customer" })).toHaveValue("Globex");
  await user.selectOptions(dialog.getByRole("combobox", { name: "Where" }), "PRACTICE / OT plant");
  await see(() => {
    expect(dialog.getByRole("textbox", { name: "Customer" })).toHaveValue("");
  });
});

test("a refused new case comes back as it was filled in", async () => {
  const { fake, user } = await openCase();
  fake.fail("createCase", commandError("outbox_full"));
  await user.keyboard("c");
  const dialog = within(await screen.findByRole("dialog", { name: "New case" }));
  await user.keyboard("Odd beacon");
  await user.type(dialog.getByRole("textbox", { name: "Description" }), "Seen.");
  await user.click(dialog.getByRole("button", { name: /^Create case/ }));
  await dialog.findByText(/what you typed is still here/);
  expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Odd beacon");
});
