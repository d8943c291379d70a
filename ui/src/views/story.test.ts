import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import type { FakeBackend } from "$lib/backend/fake";
import { found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

async function openCase(
  prepare?: (fake: FakeBackend) => void,
): Promise<TestWindow & { pane: HTMLElement; story: HTMLElement }> {
  const opened = await openBoard({}, prepare);
  await opened.user.keyboard("j{Enter}");
  await see(() => found('[data-open-case="case-soc-42"] [data-story-entry]'));
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  return { ...opened, pane: found("[data-open-case]"), story: found("[data-story]") };
}

const lines = (story: HTMLElement) =>
  [...story.querySelectorAll<HTMLElement>("[data-story-entry]")].map(({ textContent }) =>
    textContent.replace(/\s+/g, " ").trim(),
  );

test("comments, changes and attachments are one story, with runs in one line that unfolds", async () => {
  const { story, user } = await openCase();
  const told = lines(story);
  expect(told[0]).toMatch(/^Jonas Weber opened the case/);
  expect(told[1]).toMatch(
    /^Maya Lindqvist attached 2 alerts · Malware prevention, Unsigned DLL loaded/,
  );
  expect(told[2]).toMatch(/^Maya Lindqvist changed severity, tags and assignees/);
  expect(told.at(-1)).toMatch(/^Maya Lindqvist .* Isolation confirmed/);
  await user.keyboard("jjj{Enter}");
  expect(within(story).getByText(/set severity Medium → Critical/)).toBeVisible();
});

test("news stand behind a line, and the core hears that they were looked at", async () => {
  const { fake, story, user } = await openCase();
  const news = within(story).getByText("New since you looked");
  expect(news.closest("li")?.nextElementSibling?.textContent).toContain("persistableState");
  const newest = fake.detail("case-soc-42").activity?.at(-1)?.at;
  expect(fake.called("lookAt").map(([, until]) => until)).toEqual([newest]);
  await user.keyboard("{Escape}{Enter}");
  await see(() => found("[data-story] [data-story-entry]"));
  expect(screen.queryByText("New since you looked")).toBeNull();
});

test("filters show one kind, one person, or a text", async () => {
  const { story, user } = await openCase();
  await user.click(within(story).getByRole("button", { name: "Comments 2" }));
  expect(lines(story)).toHaveLength(2);
  await user.click(within(story).getByRole("button", { name: "All 7" }));
  await user.keyboard("f");
  await user.type(within(story).getByRole("searchbox"), "rundll32");
  expect(lines(story)).toHaveLength(1);
  await user.clear(within(story).getByRole("searchbox"));
  await user.selectOptions(within(story).getByRole("combobox", { name: "By" }), "Priya Raman");
  expect(lines(story)).toHaveLength(2);
});

test("the order can be turned round", async () => {
  const { story, user } = await openCase();
  await user.click(within(story).getByRole("button", { name: "Oldest first" }));
  expect(lines(story)[0]).toMatch(/Isolation confirmed/);
  expect(lines(story).at(-1)).toMatch(/opened the case/);
});

test("an unknown kind of attachment says what it is, and its raw text can be read", async () => {
  const { story, user } = await openCase();
  await user.click(within(story).getByRole("button", { name: /^Show raw/ }));
  const raw = within(story).getByRole("region", { name: "Raw text of persistableState" });
  expect(raw).toHaveTextContent('"persistableStateAttachmentTypeId": ".lens"');
});

test("a comment is edited in place, pending at once, against the text that was seen", async () => {
  const { fake, story, user } = await openCase();
  fake.entries.down = true;
  await user.click(within(story).getAllByRole("button", { name: /^Comment by Maya/ })[0] ?? story);
  await user.click(await screen.findByRole("menuitem", { name: "Edit" }));
  const field = await within(story).findByRole("textbox", { name: "Text of the comment" });
  await user.clear(field);
  await user.type(field, "Isolated twice.{Control>}{Enter}{/Control}");
  const changed = await within(story).findByText("Isolated twice.");
  const entry = within(changed.closest("li") ?? story);
  expect(entry.getByRole("img", { name: "Not yet saved" })).toBeVisible();
  expect(fake.called("editComment")[0]?.slice(2)).toEqual([
    "Isolation confirmed. The other web servers show nothing.",
    "Isolated twice.",
  ]);
});

test("a refused change of a comment keeps its text", async () => {
  const { fake, story, user } = await openCase();
  fake.fail("editComment", commandError("cache_unreadable"));
  await user.click(within(story).getAllByRole("button", { name: /^Comment by Maya/ })[0] ?? story);
  await user.click(await screen.findByRole("menuitem", { name: "Edit" }));
  const field = await within(story).findByRole("textbox", { name: "Text of the comment" });
  await user.type(field, " More.");
  await user.click(within(story).getByRole("button", { name: "Save" }));
  await within(story).findByText(/Your text is kept here/);
  expect(within(story).getByRole("textbox", { name: "Text of the comment" })).toHaveValue(
    "Isolation confirmed. The other web servers show nothing. More.",
  );
});

test("a deleted comment stays, on its way out, until Kibana has let it go", async () => {
  const { fake, story, user } = await openCase();
  fake.entries.down = true;
  await user.click(within(story).getAllByRole("button", { name: /^Comment by Maya/ })[0] ?? story);
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await within(story).findByRole("img", { name: "On its way out" });
  fake.entries.goUp();
  await see(() => {
    expect(within(story).queryByText(/Isolation confirmed/)).toBeNull();
  });
});

test("a comment is quoted into the composer by Q", async () => {
  const { story, user } = await openCase();
  const comment = within(story)
    .getByText(/Isolation confirmed/)
    .closest("li");
  comment?.focus();
  await user.keyboard("q");
  const field = screen.getByRole("textbox", { name: "Comment" });
  await see(() => {
    expect(field).toHaveFocus();
  });
  expect(field).toHaveValue("> Isolation confirmed. The other web servers show nothing.\n\n");
});

test("alerts are detached from the line that tells of them", async () => {
  const { fake, story, user } = await openCase();
  await user.click(within(story).getAllByRole("button", { name: /^More: Maya/ })[0] ?? story);
  await user.click(
    within(story).getAllByRole("button", { name: "Detach these alerts" })[0] ?? story,
  );
  await see(() => {
    expect(fake.detail("case-soc-42").row.nAlerts).toBe(2);
  });
});

test("2 shows when things happened; zoom and pan are keys, and the table tells it all in words", async () => {
  const { pane, user } = await openCase();
  await user.keyboard("2");
  const table = await within(pane).findByRole("table", {
    name: "Alerts and actions in order of time",
  });
  const rows = within(table).getAllByRole("row").slice(1);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toHaveTextContent("Jonas Weber opened the case");
  expect(within(table).getByText("time unknown")).toBeVisible();
  found("[data-timeline]").focus();
  await user.keyboard("+");
  await see(() => {
    expect(within(table).getAllByRole("row").length).toBeLessThan(11);
  });
  await user.keyboard("0");
  expect(within(table).getAllByRole("row")).toHaveLength(11);
});

test("3 shows the alerts by rule; what is selected goes into the comment as lines", async () => {
  const { pane, user } = await openCase();
  await user.keyboard("3");
  await within(pane).findByText(
    "2 of 3 can be read. The others are gone or this key may not read them.",
  );
  await user.click(within(pane).getByRole("checkbox", { name: "Select b26bcc53…ccbd38" }));
  await user.click(within(pane).getByRole("button", { name: "Insert into comment" }));
  const field = screen.getByRole("textbox", { name: "Comment" });
  expect((field as HTMLTextAreaElement).value).toMatch(
    /^- .*Z · High · Malware prevention · `web-07` · `maya\.l` · `b26bcc53/,
  );
});

test("a comment is previewed as it will show", async () => {
  const { pane, user } = await openCase();
  await user.keyboard("r");
  await user.keyboard("- [[ ] hash it");
  await user.click(within(pane).getByRole("button", { name: "Preview" }));
  await within(pane).findByRole("img", { name: "not done" });
  await user.click(within(pane).getByRole("button", { name: "Write" }));
  expect(within(pane).getByRole("textbox", { name: "Comment" })).toHaveValue("- [ ] hash it");
});
