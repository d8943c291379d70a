import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { card, found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

async function openCase(id = "case-soc-42"): Promise<TestWindow & { pane: HTMLElement }> {
  const opened = await openBoard();
  await opened.user.click(card(id));
  await see(() => found(`[data-open-case="${id}"] textarea`));
  return { ...opened, pane: found("[data-open-case]") };
}

test("a case shows its properties, description, alerts and comments", async () => {
  const { pane } = await openCase();
  const inside = within(pane);
  expect(
    inside.getByRole("heading", { name: "Malicious DLL sideloading on web-07" }),
  ).toBeVisible();
  expect(inside.getByText("Critical")).toBeVisible();
  expect(inside.getByText("Maya Lindqvist, Jonas Weber")).toBeVisible();
  expect(inside.getByText("Malware")).toBeVisible();
  expect(inside.getByText(/^3 h 1[12] m$/)).toBeVisible();
  expect(inside.getByText("What we know")).toBeVisible();
  expect(inside.getByText(/Malware prevention, Unsigned DLL/)).toBeVisible();
  expect(
    inside.getByText("Isolation confirmed. The other web servers show nothing."),
  ).toBeVisible();
  expect(
    inside.getByText(/“persistableState”, a kind that Caseboard has no view of/),
  ).toBeVisible();
});

test("title and properties are there before the rest, and keys work on them", async () => {
  const { fake, user } = await openBoard();
  const release = fake.hold("openCase");
  await user.click(card("case-soc-42"));
  const inside = within(await see(() => found("[data-open-case]")));
  expect(inside.getByRole("heading", { name: /^Malicious DLL sideloading/ })).toBeVisible();
  expect(inside.getByText("Critical")).toBeVisible();
  expect(inside.queryByRole("textbox", { name: "Comment" })).toBeNull();
  expect(inside.getByRole("button", { name: /^Edit the title/ })).toBeDisabled();
  await user.keyboard("s");
  expect(await screen.findByRole("menuitem", { name: /In progress/ })).toBeVisible();
  await user.keyboard("{Escape}");
  release();
  expect(await inside.findByRole("textbox", { name: "Comment" })).toBeVisible();
  expect(inside.getByRole("button", { name: /^Edit the title/ })).toBeEnabled();
});

test("a title that cannot be saved stays with its case when another one opens", async () => {
  const { fake, pane, user } = await openCase();
  await user.click(within(pane).getByRole("button", { name: /^Edit the title/ }));
  await user.clear(within(pane).getByRole("textbox", { name: "Title" }));
  card("case-ot-7").click();
  await see(() => found('[data-open-case="case-ot-7"] textarea'));
  expect(screen.queryByRole("textbox", { name: "Title" })).toBeNull();
  expect(fake.called("editCase")).toEqual([]);
});

test("a click that began on another case opens nothing", async () => {
  const { fake, user } = await openBoard();
  const aimed = card("case-soc-42");
  await user.pointer({ keys: "[MouseLeft>]", target: aimed });
  const detail = fake.detail("case-soc-42");
  fake.world.cases.splice(fake.world.cases.indexOf(detail), 1);
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  await see(() => {
    expect(aimed).not.toHaveAttribute("data-case", "case-soc-42");
  });
  await user.pointer("[/MouseLeft]");
  expect(fake.called("openCase")).toEqual([]);
  await user.click(aimed);
  expect(fake.called("openCase")).toHaveLength(1);
});

test("the link to Kibana is shown to copy and opens nothing", async () => {
  const { pane, user } = await openCase();
  expect(pane.querySelector("a")).toBeNull();
  await user.click(within(pane).getByRole("button", { name: "Kibana link" }));
  expect(within(pane).getByText(/^http:\/\/127.0.0.1:40021\/s\/soc/)).toBeVisible();
  expect(pane.querySelector("a")).toBeNull();
});

test("a comment is pending at once, then confirmed", async () => {
  const { fake, pane, user } = await openCase();
  fake.entries.down = true;
  await user.keyboard("r");
  const field = within(pane).getByRole("textbox", { name: "Comment" });
  expect(field).toHaveFocus();
  await user.keyboard("image taken{Control>}{Enter}{/Control}");
  await see(() => {
    expect(field).toHaveValue("");
    expect(within(pane).getByText("image taken")).toBeVisible();
  });
  expect(within(pane).getAllByRole("img", { name: "Not yet saved" })).not.toEqual([]);
  fake.entries.goUp();
  await see(() => {
    expect(within(pane).getByText("image taken")).toBeVisible();
    expect(within(pane).queryByRole("img", { name: "Not yet saved" })).toBeNull();
  });
});

test("a comment leaves its field only once the core has it, and stays there with the reason if not", async () => {
  const { fake, pane, user } = await openCase();
  fake.fail("addComment", commandError("cache_unreadable"));
  const release = fake.hold("addComment");
  const field = within(pane).getByRole("textbox", { name: "Comment" });
  await user.type(field, "not lost");
  await user.click(within(pane).getByRole("button", { name: "Comment" }));
  expect(field).toHaveValue("not lost");
  release();
  const alert = await within(pane).findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "cache_unreadable");
  expect(alert).toHaveTextContent("Your text is kept here.");
  expect(field).toHaveValue("not lost");
});

test("a draft survives leaving the case, and its card says that there is one", async () => {
  const { user } = await openCase();
  await user.type(screen.getByRole("textbox", { name: "Comment" }), "half a thought");
  await user.click(card("case-ot-7"));
  await see(() => found('[data-open-case="case-ot-7"] textarea'));
  expect(screen.getByRole("textbox", { name: "Comment" })).toHaveValue("");
  expect(
    within(card("case-soc-42")).getByRole("img", { name: "Has a draft comment" }),
  ).toBeVisible();
  await user.click(card("case-soc-42"));
  await see(() => {
    expect(screen.getByRole("textbox", { name: "Comment" })).toHaveValue("half a thought");
  });
});

test("letters typed into a comment do nothing else", async () => {
  const { fake, user } = await openCase();
  await user.type(screen.getByRole("textbox", { name: "Comment" }), "jkmsu/?");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(fake.called("setPreferences")).toEqual([]);
});

test("a case that cannot be read any more says so and keeps what was shown", async () => {
  const { fake, pane } = await openCase();
  const detail = fake.detail("case-soc-42");
  detail.problem = commandError("not_found");
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  const alert = await within(pane).findByRole("alert");
  expect(alert).toHaveTextContent("PRACTICE/soc#42 is not there any more.");
  expect(within(pane).getByText("What we know")).toBeVisible();
});

test("the status can be changed from the pane", async () => {
  const { fake, pane, user } = await openCase();
  await user.click(within(pane).getByRole("button", { name: "Status: Open. Change" }));
  await user.click(await screen.findByRole("menuitem", { name: /Closed/ }));
  await see(() => {
    expect(within(pane).getByRole("button", { name: "Status: Closed. Change" })).toBeVisible();
  });
  expect(fake.called("editCase")).toHaveLength(1);
});
