import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { IDS } from "$lib/backend/fixtures";
import { card, found, openBoard, paste, see } from "../test/window";

const EVERY = `please attach\n${Object.values(IDS).join("\n")}\ne2a2fe19…086d76`;

function outcomes(): Record<string, string> {
  const told: Record<string, string> = {};
  for (const row of document.querySelectorAll<HTMLElement>("[data-alert]")) {
    told[row.dataset["alert"] ?? ""] = row.dataset["outcome"] ?? "";
  }
  return told;
}

test("text pasted on a focused card is looked up, attached, and told id by id", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j");
  const release = fake.hold("attachAlerts");
  paste(EVERY);
  const report = await screen.findByRole("region", { name: "Alerts for PRACTICE/soc#42" });
  expect(report).toHaveTextContent("Looking up and attaching…");
  release();
  await see(() => {
    expect(outcomes()).toEqual({
      [IDS.attached]: "alreadyAttached",
      [IDS.free]: "attached",
      [IDS.free2]: "attached",
      [IDS.elsewhere]: "elsewhere",
      [IDS.refused]: "refused",
      [IDS.missing]: "notFound",
    });
  });
  expect(report).toHaveTextContent(
    "2 attached, 1 was already there, 1 in another space, 1 not found, 1 refused, 1 shortened",
  );
  expect(report).toHaveTextContent("this id is shortened; copy the full one");
  expect(report).toHaveTextContent("This alert is already in 10 cases");
  expect(fake.called("attachAlerts")).toEqual([[fake.detail("case-soc-42").row.case, EVERY]]);
  await see(() => {
    expect(card("case-soc-42")).toHaveAccessibleName(/5 alerts/);
  });
});

test("text pasted while the pane has the focus goes to the open case", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  paste(IDS.free);
  await see(() => {
    expect(outcomes()).toEqual({ [IDS.free]: "attached" });
  });
  expect(fake.called("attachAlerts")).toHaveLength(1);
  await user.keyboard("3");
  await see(() => within(found("[data-open-case]")).getByText("e2a2fe19…086d76"));
});

test("text pasted into a field stays there", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("/");
  paste(IDS.free);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fake.called("attachAlerts")).toEqual([]);
});

test("a text without ids says what was expected", async () => {
  const { user } = await openBoard();
  await user.keyboard("j");
  paste("nothing to see");
  expect(await screen.findByText("No alert ids in this text.")).toBeVisible();
  expect(screen.getByText(/64 or 40 hexadecimal digits/)).toBeVisible();
});

test("the core's own word for it, a problem of the field text, says the same", async () => {
  const { fake, user } = await openBoard();
  const detail = { kind: "field", field: "text", reason: "there is no alert id in it" } as const;
  fake.fail("attachAlerts", commandError("invalid_input", { detail }));
  await user.keyboard("j");
  paste("nothing to see");
  const told = await screen.findByText("No alert ids in this text.");
  expect(told.closest("[data-error-code]")).toHaveAttribute("data-error-code", "invalid_input");
});

test("a failure keeps the text and can be tried again", async () => {
  const { fake, user } = await openBoard();
  fake.fail("attachAlerts", commandError("unreachable"));
  await user.keyboard("j");
  paste(IDS.free);
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "unreachable");
  expect(alert).toHaveTextContent("The text you dropped is kept.");
  expect(screen.getByRole("button", { name: "Copy the text" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await see(() => {
    expect(outcomes()).toEqual({ [IDS.free]: "attached" });
  });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("not found names who could not be asked", async () => {
  const { fake, user } = await openBoard();
  const attachAlerts = fake.attachAlerts.bind(fake);
  fake.attachAlerts = async (ref, text) => {
    const result = await attachAlerts(ref, text);
    for (const item of result.status === "ok" ? result.data.items : []) {
      item.outcome = { kind: "notFound", unasked: ["PRACTICE / Cloud"] };
    }
    return result;
  };
  await user.keyboard("j");
  paste(IDS.missing);
  expect(await screen.findByText("Could not ask PRACTICE / Cloud, it may be there.")).toBeVisible();
});

test("Esc closes the report before the case", async () => {
  const { user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  paste(IDS.free);
  await see(() => found("[data-alert]"));
  await user.keyboard("{Escape}");
  expect(document.querySelector("[data-alert]")).toBeNull();
  expect(found("[data-open-case]")).toBeVisible();
  await user.keyboard("{Escape}");
  expect(document.querySelector("[data-open-case]")).toBeNull();
});

/** A drag from another program, as the browser tells it. */
function drag(type: string, target: HTMLElement, types: readonly string[], text: string): void {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = {
    types,
    items: types.map((kind) => ({ kind: "string", type: kind })),
    getData: (kind: string) => (kind === "text/plain" ? text : ""),
    setDragImage: () => undefined,
    dropEffect: "copy",
    effectAllowed: "copyMove",
  };
  Object.assign(event, { dataTransfer, relatedTarget: null, clientX: 5, clientY: 5, button: 0 });
  target.dispatchEvent(event);
}

test("text dropped on a card is attached there, and the card says so while it hovers", async () => {
  const { fake } = await openBoard();
  const target = card("case-ot-7");
  drag("dragenter", target, ["text/plain"], "");
  drag("dragover", target, ["text/plain"], "");
  await see(() => {
    expect(within(target).getByText("Attach alerts to PRACTICE/ot#7")).toBeVisible();
  });
  drag("drop", target, ["text/plain"], IDS.elsewhere);
  await see(() => {
    expect(outcomes()).toEqual({ [IDS.elsewhere]: "attached" });
  });
  expect(fake.called("attachAlerts")[0]?.[0]).toEqual(fake.detail("case-ot-7").row.case);
});

test("text goes to the case that was there when it came over the card, whatever comes in its place", async () => {
  const { fake } = await openBoard();
  const target = card("case-soc-42");
  const aimed = fake.detail("case-soc-42");
  drag("dragenter", target, ["text/plain"], "");
  drag("dragover", target, ["text/plain"], "");
  await see(() => within(target).getByText("Attach alerts to PRACTICE/soc#42"));
  fake.world.cases.splice(fake.world.cases.indexOf(aimed), 1);
  fake.emit({ kind: "caseChanged", case: aimed.row.case });
  await see(() => {
    expect(target).not.toHaveAttribute("data-case", "case-soc-42");
  });
  expect(within(target).getByText("Attach alerts to PRACTICE/soc#42")).toBeVisible();
  fake.world.cases.push(aimed);
  drag("drop", target, ["text/plain"], IDS.free);
  await see(() => {
    expect(fake.called("attachAlerts").map(([ref]) => ref)).toEqual([aimed.row.case]);
  });
});

test("a card that comes in as an external drag is not taken for text", async () => {
  const { fake } = await openBoard();
  const target = card("case-ot-7");
  const types = ["text/plain", "application/x-caseboard-card"];
  drag("dragenter", target, types, "");
  drag("dragover", target, types, "");
  drag("drop", target, types, "PRACTICE/soc#42");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fake.called("attachAlerts")).toEqual([]);
});
