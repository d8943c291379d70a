import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { EntryView } from "$lib/backend/backend";
import { commandError } from "$lib/backend/fake";
import type { FakeBackend } from "$lib/backend/fake";
import { makeEntry } from "$lib/backend/fake-outbox";
import { IDS, SOC } from "$lib/backend/fixtures";
import { makeEntries } from "$lib/backend/outbox-fixtures";
import { card, column, found, openBoard, paste, see } from "../test/window";
import type { TestWindow } from "../test/window";

const CASE = { source: SOC, id: "case-soc-42" };
const REFUSED = { state: "refused", why: "refused", error: "forbidden" } as const;

function comment(id: string, over: Partial<EntryView> = {}): EntryView {
  return makeEntry(id, CASE, { kind: "addComment", text: `text of ${id}` }, over);
}

const withEntries =
  (entries: readonly EntryView[]) =>
  (fake: FakeBackend): void => {
    entries.forEach((entry) => {
      fake.entries.put(entry);
    });
  };

async function openOutbox(entries: readonly EntryView[]): Promise<TestWindow> {
  const opened = await openBoard({}, withEntries(entries));
  await opened.user.keyboard("go");
  await see(() => {
    expect(found("[data-outbox]")).toHaveFocus();
  });
  return opened;
}

const entry = (id: string) => found(`[data-entry="${id}"]`);

test("G O opens the outbox, with entries by case, their state, their why and their age", async () => {
  await openOutbox(makeEntries(Date.now()));
  expect(screen.queryByRole("main", { name: "Board" })).toBeNull();
  const group = screen.getAllByRole("region", { name: "PRACTICE/soc#42" })[0];
  expect(group).toHaveTextContent("PRACTICE / soc");
  expect(group).toHaveTextContent("Malicious DLL sideloading on web-07");
  expect(entry("refused")).toHaveTextContent("refused");
  expect(entry("refused")).toHaveTextContent("The memory image of web-07 is on its way");
  expect(entry("refused")).toHaveTextContent("This key may not do that in PRACTICE / soc.");
  expect(entry("refused")).toHaveTextContent("Kibana said: “Unauthorized to create case comments");
  expect(entry("refused")).toHaveTextContent(/1[12] m/);
  expect(entry("waiting")).toHaveTextContent("PRACTICE / soc cannot be reached.");
  expect(entry("checking")).toHaveTextContent("by agent “triage-agent”");
  expect(entry("held")).toHaveTextContent(/held [1-6] s/);
  expect(entry("asks")).toHaveTextContent("It was held when Caseboard was closed.");
  expect(within(entry("done")).getByText("done")).toBeVisible();
});

test("the sidebar and the status bar tell how it stands, and nothing when it is empty", async () => {
  const { fake } = await openBoard();
  const nav = within(screen.getByRole("navigation"));
  expect(nav.getByRole("button", { name: "Outbox" })).toHaveTextContent(/^Outbox$/);
  expect(screen.queryByText(/waiting/)).toBeNull();
  withEntries(makeEntries(Date.now()))(fake);
  expect(await screen.findByText("4 waiting · 3 need you")).toBeVisible();
  const button = nav.getAllByRole("button", { name: "Outbox, 4 waiting, 3 need you" })[0];
  expect(button).toHaveTextContent("7");
});

test("an empty outbox says so; Esc and G B go back to the board and its focus", async () => {
  const { user } = await openOutbox([]);
  expect(screen.getByText("Everything you did is saved on the servers.")).toBeVisible();
  await user.keyboard("{Escape}");
  await see(() => card("case-soc-42"));
  await user.keyboard("gogb");
  await see(() => {
    expect(card("case-soc-42")).toHaveFocus();
  });
});

test("letters of the board rest in the outbox; J and K go over its entries", async () => {
  const { user } = await openOutbox([comment("one"), comment("two")]);
  await user.keyboard("m");
  expect(screen.queryByText(/^Moving/)).toBeNull();
  await user.keyboard("j");
  expect(entry("one")).toHaveFocus();
  await user.keyboard("jj");
  expect(entry("two")).toHaveFocus();
  await user.keyboard("k");
  expect(entry("one")).toHaveFocus();
});

test("another process that sends is named", async () => {
  await openBoard({}, (fake) => {
    fake.entries.sender = { pid: 4711, name: "caseboard-cli" };
  }).then(({ user }) => user.keyboard("go"));
  expect(await screen.findByText(/^caseboard-cli \(process 4711\) sends/)).toBeVisible();
});

test("trying again sends it, and the focus stays in the list", async () => {
  const { fake, user } = await openOutbox([comment("one", REFUSED), comment("two", REFUSED)]);
  await user.click(within(entry("one")).getByRole("button", { name: /^Try again/ }));
  await see(() => {
    expect(fake.entries.get("one").state).toBe("done");
    expect(entry("two")).toHaveFocus();
  });
});

test("discarding asks first, shows the text, and gives the focus back when it is kept", async () => {
  const { fake, user } = await openOutbox([comment("one", REFUSED)]);
  const discard = within(entry("one")).getByRole("button", { name: /^Discard/ });
  await user.click(discard);
  const dialog = await screen.findByRole("dialog", {
    name: "Discard this change to PRACTICE/soc#42?",
  });
  expect(dialog).toHaveTextContent("text of one");
  expect(within(dialog).getByRole("button", { name: "Keep" })).toHaveFocus();
  await user.keyboard("{Enter}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(discard).toHaveFocus();
  });
  expect(fake.called("discardEntry")).toEqual([]);
  await user.keyboard("{Enter}");
  const again = within(await screen.findByRole("dialog"));
  await user.click(again.getByRole("button", { name: "Discard" }));
  await see(() => {
    expect(fake.entries.get("one").state).toBe("cancelled");
    expect(within(entry("one")).getByText("not sent")).toBeVisible();
    expect(found("[data-outbox]")).toContainElement(document.activeElement as HTMLElement);
  });
});

test("a conflict is settled field by field, theirs unless mine is chosen", async () => {
  const { fake, user } = await openOutbox(makeEntries(Date.now()));
  const row = within(entry("conflict"));
  const severity = within(row.getByRole("radiogroup", { name: "Severity: whose counts" }));
  expect(row.getByText("was Medium")).toBeVisible();
  expect(severity.getByRole("radio", { name: "Theirs Critical" })).toBeChecked();
  await user.click(severity.getByRole("radio", { name: "Yours High" }));
  expect(row.getByRole("button", { name: "Copy mine" })).toBeVisible();
  await user.click(row.getByRole("button", { name: "Save this result" }));
  await see(() => {
    expect(fake.called("keepMine")).toEqual([["conflict", ["severity"]]]);
    expect(screen.queryByRole("radiogroup")).toBeNull();
  });
});

test("what a quit left held is asked about at the start, and sent or discarded", async () => {
  const asks = comment("asks", { state: "held", asks: true });
  const { fake, user } = await openBoard({}, withEntries([asks]));
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("It was held when Caseboard was closed.");
  await user.click(within(alert).getByRole("button", { name: "Show" }));
  await see(() => entry("asks"));
  expect(screen.queryByRole("alert")).toBeNull();
  await user.click(within(entry("asks")).getByRole("button", { name: /^Send/ }));
  await see(() => {
    expect(fake.entries.get("asks").state).toBe("done");
  });
});

test("an action that fails says so and leaves the entry where it stood", async () => {
  const { fake, user } = await openOutbox([comment("one", REFUSED)]);
  fake.fail("retryEntry", commandError("cache_unreadable"));
  await user.click(within(entry("one")).getByRole("button", { name: /^Try again/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It stands where it stood.");
  expect(fake.entries.get("one").state).toBe("refused");
});

test("what newly needs a person is told once, aloud, and shown on request", async () => {
  const { fake, user } = await openBoard({}, withEntries([comment("one")]));
  expect(screen.queryByRole("alert")).toBeNull();
  fake.entries.set("one", REFUSED);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "forbidden");
  expect(alert).toHaveTextContent("Your text is kept in the outbox.");
  await user.click(within(alert).getByRole("button", { name: "Show" }));
  await see(() => {
    expect(found("[data-outbox]")).toHaveFocus();
  });
});

test("a refused comment stands above the composer and can be edited again", async () => {
  const { fake, user } = await openBoard({}, withEntries([comment("one", REFUSED)]));
  await user.click(card("case-soc-42"));
  const row = await see(() => entry("one"));
  expect(row.closest("[data-open-case]")).not.toBeNull();
  expect(row).toHaveTextContent("text of one");
  const field = screen.getByRole("textbox", { name: "Comment" });
  await user.type(field, "typed since");
  await user.click(within(row).getByRole("button", { name: "Edit again" }));
  await see(() => {
    expect(field).toHaveValue("text of one\n\ntyped since");
    expect(field).toHaveFocus();
    expect(fake.entries.get("one").state).toBe("cancelled");
  });
  expect(fake.drafts.get(CASE.id)).toBe("text of one\n\ntyped since");
});

test("a text that cannot be kept stays in the outbox, too", async () => {
  const { fake, user } = await openBoard({}, withEntries([comment("one", REFUSED)]));
  await user.click(card("case-soc-42"));
  await see(() => entry("one"));
  fake.fail("putDraft", commandError("cache_unreadable"));
  await user.click(within(entry("one")).getByRole("button", { name: "Edit again" }));
  expect(await screen.findByText(/only in this window until it can be kept/)).toBeVisible();
  expect(fake.entries.get("one").state).toBe("refused");
});

const statusOf = (id: string) => card(id).closest<HTMLElement>("[data-column]")?.dataset["column"];

test("a change of status offers to undo it", async () => {
  const { user } = await openBoard();
  await user.keyboard("js");
  await screen.findByRole("menuitem", { name: /In progress/ });
  await user.keyboard("2");
  const toast = await screen.findByRole("region", { name: "PRACTICE/soc#42" });
  expect(toast).toHaveTextContent("Moved to In progress");
  // It stands in a strip of its own below what it is about, and over nothing.
  const strip = toast.parentElement;
  expect(strip?.previousElementSibling).toContainElement(screen.getByRole("main"));
  expect(strip?.parentElement?.parentElement).toContainElement(found("nav[data-region]"));
  await see(() => {
    expect(statusOf("case-soc-42")).toBe("in-progress");
  });
  await user.click(within(toast).getByRole("button", { name: "Undo" }));
  await see(() => {
    expect(statusOf("case-soc-42")).toBe("open");
  });
  expect(screen.queryByRole("region", { name: "PRACTICE/soc#42" })).toBeNull();
});

test("closing with alerts is held, counts its seconds, and undo means not sent", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("js");
  await screen.findByRole("menuitem", { name: /Closed/ });
  await user.keyboard("3");
  const toast = await screen.findByRole("region", { name: "PRACTICE/soc#42" });
  expect(toast).toHaveTextContent(/sent in \d s/);
  await see(() => {
    expect(within(column("closed")).getByText("PRACTICE/soc#42")).toBeVisible();
  });
  await user.click(within(toast).getByRole("button", { name: "Undo" }));
  await see(() => {
    expect(statusOf("case-soc-42")).toBe("open");
  });
  expect(fake.entries.newest.state).toBe("cancelled");
});

test("Mod+Z takes the newest change back; a comment that was not sent is in its field again", async () => {
  const { fake, user } = await openBoard();
  fake.entries.down = true;
  await user.click(card("case-soc-42"));
  const field = await screen.findByRole("textbox", { name: "Comment" });
  await user.type(field, "too early{Control>}{Enter}{/Control}");
  await see(() => {
    expect(field).toHaveValue("");
  });
  await user.keyboard("{Escape}{Control>}z{/Control}");
  await see(() => {
    expect(field).toHaveValue("too early");
    expect(screen.getByText(/^Taken back: Comment/)).toBeInTheDocument();
  });
  await user.keyboard("{Control>}z{/Control}");
  expect(await screen.findByText(/^Nothing of this run can be taken back/)).toBeInTheDocument();
});

test("a drop while Kibana is down waits, offers the outbox, and follows its entry", async () => {
  const { fake, user } = await openBoard();
  fake.entries.down = true;
  await user.keyboard("j");
  paste(IDS.free);
  const outcome = () => found("[data-alert]").dataset["outcome"];
  await see(() => {
    expect(outcome()).toBe("waiting");
  });
  const report = screen.getByRole("region", { name: "Alerts for PRACTICE/soc#42" });
  expect(report).toHaveTextContent("Attached as soon as Kibana can be reached.");
  await user.click(within(report).getByRole("button", { name: "Outbox" }));
  await see(() => entry(fake.entries.newest.id));
  fake.entries.goUp();
  await see(() => {
    expect(outcome()).toBe("attached");
  });
  expect(within(report).queryByRole("button", { name: "Outbox" })).toBeNull();
});

test("a card whose change is not saved yet can be moved on", async () => {
  const { fake, user } = await openBoard();
  fake.entries.down = true;
  await user.keyboard("jm{ArrowRight}{Enter}");
  await see(() => {
    expect(statusOf("case-soc-42")).toBe("in-progress");
  });
  await user.keyboard("m{ArrowRight}{Enter}");
  await see(() => {
    expect(statusOf("case-soc-42")).toBe("closed");
  });
});
