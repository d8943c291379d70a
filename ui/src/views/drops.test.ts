import { screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { IDS } from "$lib/backend/fixtures";
import { card, column, found, openBoard, see } from "../test/window";

/** A drag from another program, as the browser tells it. */
function drag(type: string, target: Element, text: string): void {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = {
    types: ["text/plain"],
    items: [{ kind: "string", type: "text/plain" }],
    getData: (kind: string) => (kind === "text/plain" ? text : ""),
    setDragImage: () => undefined,
    dropEffect: "copy",
    effectAllowed: "copyMove",
  };
  Object.assign(event, { dataTransfer, relatedTarget: null, clientX: 5, clientY: 5, button: 0 });
  target.dispatchEvent(event);
}

function over(target: Element): void {
  drag("dragenter", target, "");
  drag("dragover", target, "");
}

test("text let go anywhere goes into the Tray, and over a card to that case alone", async () => {
  const { fake } = await openBoard();
  const header = found("header[data-region]");
  over(header);
  await see(() => screen.getByText("Put into the Tray and look up"));
  drag("drop", header, IDS.free);
  await see(() => found("[data-tray-group]"));
  expect(fake.called("attachAlerts")).toEqual([]);
  expect(fake.trayed.kept.ids.map(({ id }) => id)).toEqual([IDS.free]);
});

test("a card inside a column takes the text, and nothing around it does", async () => {
  const { fake } = await openBoard();
  const target = card("case-ot-7");
  over(target);
  drag("drop", target, IDS.elsewhere);
  await see(() => {
    expect(fake.called("attachAlerts")).toHaveLength(1);
  });
  expect(fake.called("readDrop")).toEqual([]);
});

test("the empty part of a column begins a new case with its status", async () => {
  const { fake, user } = await openBoard();
  const scroller = column("in-progress").querySelector(".scroller") ?? document.body;
  over(scroller);
  await see(() => screen.getByText("New case in In progress with alerts"));
  drag("drop", scroller, IDS.elsewhere);
  const dialog = await screen.findByRole("dialog");
  await see(() => {
    expect(dialog).toHaveTextContent("1 alert of PRACTICE / ot go to it.");
  });
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("editCase").at(-1)?.[1]).toMatchObject({ status: "in-progress" });
  });
  expect(fake.called("attachIds")).toHaveLength(1);
});

test("the closed column says why it takes none", async () => {
  const { fake } = await openBoard();
  const scroller = column("closed").querySelector(".scroller") ?? document.body;
  over(scroller);
  await see(() => screen.getByText("A closed case takes no alerts"));
  drag("drop", scroller, IDS.free);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fake.called("readDrop")).toEqual([]);
});
