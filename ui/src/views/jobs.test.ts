import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { PRACTICE } from "$lib/backend/fixtures";
import { card, found, openBoard, openList, see } from "../test/window";

const region = () => screen.getAllByRole("status").map(({ textContent }) => textContent);
const says = (text: string | RegExp) =>
  see(() => {
    expect(region().join("\n")).toMatch(text);
  });

test("N goes to the next unread case around the board, and to the list's", async () => {
  const { user } = await openBoard();
  await user.keyboard("jn");
  await see(() => {
    expect(card("case-ot-7")).toHaveFocus();
  });
  expect(card("case-ot-7")).toHaveAccessibleName(/unread$/);
  await user.keyboard("n");
  await see(() => {
    expect(card("case-cloud-118")).toHaveFocus();
  });
  await user.keyboard("n");
  await see(() => {
    expect(card("case-soc-39")).toHaveFocus();
  });
  await user.keyboard("n");
  await see(() => {
    expect(card("case-ot-7")).toHaveFocus();
  });
  await user.keyboard("{Shift>}n{/Shift}");
  await see(() => {
    expect(card("case-soc-39")).toHaveFocus();
  });
});

test("what was opened is read, and without unread cases N says so", async () => {
  const { fake, user } = await openList();
  for (const id of ["case-soc-39", "case-ot-7", "case-cloud-118"]) {
    await fake.lookAt(fake.detail(id).row.case, new Date(fake.now).toISOString());
  }
  await see(() => {
    expect(card("case-soc-39")).not.toHaveAccessibleName(/unread$/);
  });
  await user.keyboard("n");
  await says("No unread cases here.");
});

test("Space shows a case beside its card, J goes on, and Enter opens it", async () => {
  const { user } = await openBoard();
  await user.keyboard("j ");
  const peek = await see(() => found('[data-peek="case-soc-42"]'));
  await see(() => {
    expect(within(peek).getByText("1 of 8")).toBeVisible();
    expect(peek).toHaveTextContent("Maya Lindqvist Isolation confirmed");
  });
  await says("Malicious DLL sideloading on web-07. 3 alerts");
  expect(document.querySelector("[data-open-case]")).toBeNull();
  await user.keyboard("j");
  await see(() => found('[data-peek="case-ot-7"]'));
  await user.keyboard("{Escape}");
  await see(() => {
    expect(document.querySelector("[data-peek]")).toBeNull();
  });
  await user.keyboard(" {Enter}");
  await see(() => found('[data-open-case="case-ot-7"]'));
  expect(document.querySelector("[data-peek]")).toBeNull();
});

test("I and S 2 take a case, and I lets it go again", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("nn");
  await see(() => {
    expect(card("case-cloud-118")).toHaveFocus();
  });
  await user.keyboard("i");
  await see(() => {
    expect(fake.detail("case-cloud-118").fields.assignees).toEqual(["u_maya.lindqvist_0"]);
  });
  await says("Assigned to you");
  await user.keyboard("s2");
  await see(() => {
    expect(fake.detail("case-cloud-118").row.status).toBe("in-progress");
  });
  await user.keyboard("i");
  await see(() => {
    expect(fake.detail("case-cloud-118").fields.assignees).toEqual([]);
  });
});

test("where Kibana does not tell whose key it is, I says so", async () => {
  const { fake, user } = await openBoard();
  fake.change(PRACTICE, (view) => ({ ...view, me: null }));
  await see(() => {
    expect(fake.called("deployments").length).toBeGreaterThan(1);
  });
  await user.keyboard("ji");
  await says("PRACTICE has not told whose key this is.");
  expect(fake.called("editCase")).toEqual([]);
});

test("a case is closed with its alerts and a last word, and both are taken back together", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j{Shift>}s{/Shift}");
  const dialog = await see(() => screen.getByRole("dialog", { name: "Close PRACTICE/soc#42" }));
  expect(dialog).toHaveTextContent("Also closes 3 alerts.");
  await see(() => {
    expect(within(dialog).getByRole("textbox")).toHaveFocus();
  });
  await user.keyboard("False alarm{Enter}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
  expect(fake.called("editCase").at(-1)?.[1]).toEqual({
    status: "closed",
    seen: { status: "open" },
  });
  expect(fake.called("addComment").map(([, text]) => text)).toEqual(["False alarm"]);
  expect(fake.entries.list.map(({ state }) => state)).toContain("held");
  await says("Case and 3 alerts closed");
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await see(() => {
    expect(fake.called("undoEntry")).toHaveLength(2);
  });
  await see(() => {
    expect(fake.detail("case-soc-42").row.status).toBe("open");
  });
});

test("a closing that is refused says why, and keeps the words", async () => {
  const { fake, user } = await openBoard({}, (backend) => {
    backend.fail("editCase", commandError("forbidden"));
  });
  await user.keyboard("j{Shift>}s{/Shift}");
  const dialog = await see(() => screen.getByRole("dialog"));
  await user.type(within(dialog).getByRole("textbox"), "Done{Enter}");
  await see(() => within(dialog).getByRole("alert"));
  expect(within(dialog).getByRole("textbox")).toHaveValue("Done");
  expect(fake.called("addComment")).toEqual([]);
  await user.keyboard("{Escape}");
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
});

test("an address in the search field lists where it was found, and Enter opens it", async () => {
  const { user } = await openBoard({}, (backend) => {
    backend.searches.set("203.0.113.0", { exact: "ip" });
  });
  await user.keyboard("/203.0.113.0");
  const list = await see(() => screen.getByRole("listbox", { name: "Where it was found" }));
  await see(() => {
    expect(list).toHaveTextContent(/Titles.*PRACTICE\/soc#48/s);
  });
  await user.keyboard("{Enter}");
  await see(() => found('[data-open-case="case-soc-48"]'));
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
});

test("words that are pasted list their cases, too, and arrows choose one", async () => {
  const { user } = await openBoard();
  await user.keyboard("/");
  await user.paste("ransom");
  await see(() => {
    expect(document.querySelectorAll("[data-result]")).toHaveLength(2);
  });
  await user.keyboard("{ArrowDown}{ArrowDown}");
  const second = document.querySelectorAll<HTMLElement>("[data-result]")[1];
  expect(second).toHaveAttribute("aria-selected", "true");
  await user.keyboard("{Enter}");
  await see(() => found(`[data-open-case="${second?.dataset["result"] ?? ""}"]`));
});

test("a star pins a line of the timeline, and its flag has the number of its place in time", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  await user.keyboard("2");
  await see(() => found("[data-timeline] [data-story-entry]"));
  await user.keyboard("jj*");
  await see(() => {
    expect(fake.detail("case-soc-42").pinned).toHaveLength(1);
  });
  await says("Pinned, 1 pin");
  await user.keyboard("k*");
  await see(() => {
    expect(screen.getAllByRole("button", { name: "Pin", pressed: true })).toHaveLength(2);
  });
  expect(
    screen
      .getAllByRole("button", { name: "Pin", pressed: true })
      .map(({ textContent }) => textContent.trim()),
  ).toEqual(["1", "2"]);
  await user.keyboard("*");
  await says("No longer pinned, 1 pin");
});

test("without Kibana the status bar says from when one works, and afterwards what was sent", async () => {
  const { fake, user } = await openBoard();
  fake.entries.down = true;
  fake.change(PRACTICE, (view) => ({ ...view, problem: commandError("unreachable") }));
  await see(() => {
    expect(found("[data-offline]")).toHaveTextContent(/^Working from \d\d:\d\d/);
  });
  await says("PRACTICE cannot be reached.");
  await user.keyboard("js2");
  await see(() => {
    expect(found("footer")).toHaveTextContent("1 waiting");
  });
  fake.entries.goUp();
  fake.change(PRACTICE, (view) => ({ ...view, problem: null }));
  await says("Sent 1");
  expect(document.querySelector("[data-offline]")).toBeNull();
});

test("what somebody else changed, too, is decided in a dialog for that field only", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("js2");
  await see(() => {
    expect(fake.entries.list).toHaveLength(1);
  });
  fake.entries.put({
    ...fake.entries.newest,
    id: "clash",
    state: "needsYou",
    why: "conflict",
    error: "version_conflict",
    conflicts: [{ field: "severity", base: ["high"], mine: ["low"], theirs: ["critical"] }],
  });
  fake.emit({ kind: "outboxChanged" });
  await user.click(await see(() => screen.getByRole("button", { name: "Decide" })));
  const dialog = await see(() =>
    screen.getByRole("dialog", { name: "PRACTICE/soc#42 changed while you were editing" }),
  );
  const theirs = within(dialog).getByRole("radio", { name: /Critical/ });
  expect(theirs).toBeChecked();
  theirs.focus();
  await user.keyboard("{ArrowDown}{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("keepMine")).toEqual([["clash", ["severity"]]]);
  });
});
