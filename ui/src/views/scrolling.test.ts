import { afterEach, beforeEach, expect, test } from "vitest";
import { ONLY_READ } from "$lib/backend/fixtures";
import { card, column, found, openBoard, openList, see } from "../test/window";

/* jsdom lays nothing out: an area is told where it stands, and what it is asked to scroll by. */

const AREA = new DOMRect(0, 0, 800, 800);
let under: Element = document.documentElement;

beforeEach(() => {
  document.elementsFromPoint = () => [under];
});

afterEach(() => {
  drag("dragend", document.documentElement, 0, 0);
});

/** An area that is larger than what shows of it, and how it was scrolled. */
function area(selector: string): { element: HTMLElement; scrolled: ScrollToOptions[] } {
  const element = found(selector);
  const scrolled: ScrollToOptions[] = [];
  element.getBoundingClientRect = () => AREA;
  element.scrollBy = (by?: ScrollToOptions | number) => {
    if (typeof by === "object") {
      scrolled.push(by);
    }
  };
  for (const size of ["scrollHeight", "scrollWidth"]) {
    Object.defineProperty(element, size, { configurable: true, value: 5000 });
  }
  return { element, scrolled };
}

/** A part of a drag, as the browser tells it: of a card that the window gives away, or of another program's text. */
function drag(type: string, target: Element, clientX: number, clientY: number): void {
  under = target;
  const event = new Event(type, { bubbles: true, cancelable: true });
  const types = ["text/plain"];
  const dataTransfer = {
    types,
    items: [{ kind: "string", type: "text/plain" }],
    getData: () => "",
    setData: () => undefined,
    setDragImage: () => undefined,
    dropEffect: "copy",
    effectAllowed: "copyMove",
  };
  Object.assign(event, { dataTransfer, relatedTarget: null, clientX, clientY, button: 0 });
  target.dispatchEvent(event);
}

function hold(target: Element, x: number, y: number): void {
  drag("dragenter", target, x, y);
  drag("dragover", target, x, y);
}

async function frames(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

const COLUMN = '[data-column="open"] .scroller';

test.each([
  ["a column", COLUMN, openBoard, { top: true, left: false }],
  ["the board", ".columns", openBoard, { top: false, left: true }],
  ["the list", '[role="grid"]', openList, { top: true, left: false }],
])("%s scrolls while text is held near its edges", async (_, selector, opens, along) => {
  await opens();
  const { element, scrolled } = area(selector);
  hold(element, 790, 790);
  await see(() => {
    expect(scrolled.length).toBeGreaterThan(0);
  });
  for (const by of scrolled) {
    expect([(by.top ?? 0) > 0, (by.left ?? 0) > 0]).toEqual([along.top, along.left]);
  }
});

test.each(["story", "timeline", "alerts"])("the %s of a case scrolls, too", async (part) => {
  const { user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  await user.click(await see(() => found(`[data-case-tab="${part}"]`)));
  const selector = '.case-part[data-state="active"]';
  await see(() => found(selector));
  const { element, scrolled } = area(selector);
  element.scrollTop = 900;
  hold(element, 400, 10);
  await see(() => {
    expect(scrolled[0]?.top).toBeLessThan(0);
  });
});

test("nothing scrolls farther than 48 px from an edge", async () => {
  await openBoard();
  const { element, scrolled } = area(COLUMN);
  element.scrollTop = 900;
  hold(element, 400, 800 - 49);
  await frames(4);
  hold(element, 400, 49);
  await frames(4);
  expect(scrolled).toEqual([]);
  hold(element, 400, 47);
  await see(() => {
    expect(scrolled[0]?.top).toBeLessThan(0);
  });
});

test("a card scrolls the column under it, and the drag ends though the card is gone", async () => {
  const { fake } = await openBoard();
  const dragged = [...column("open").querySelectorAll<HTMLElement>("[data-case]")].at(-1);
  if (dragged?.dataset["case"] === undefined) {
    throw new Error("a card is there");
  }
  const id = dragged.dataset["case"];
  drag("dragstart", dragged, 400, 400);
  await see(() => {
    expect(column("on-hold")).toHaveClass("dimmed");
  });
  const to = '[data-column="in-progress"] .scroller';
  const { element, scrolled } = area(to);
  hold(element, 400, 790);
  await see(() => {
    expect(scrolled[0]?.top).toBeGreaterThan(0);
  });
  const detail = fake.detail(id);
  fake.world.cases.splice(fake.world.cases.indexOf(detail), 1);
  fake.emit({ kind: "caseChanged", case: detail.row.case });
  await see(() => {
    expect(dragged).not.toBeInTheDocument();
  });
  fake.world.cases.push(detail);
  drag("drop", element, 400, 790);
  await see(() => {
    expect(column("on-hold")).not.toHaveClass("dimmed");
  });
  expect(fake.called("editCase").map(([, change]) => change)).toMatchObject([
    { status: "in-progress" },
  ]);
});

test("a read-only card cannot be dragged, others can", async () => {
  await openBoard({}, (fake) => {
    fake.setRights("ot", ONLY_READ);
  });
  drag("dragstart", card("case-ot-7"), 400, 400);
  await frames(4);
  expect(column("on-hold")).not.toHaveClass("dimmed");
  drag("dragstart", card("case-soc-42"), 400, 400);
  await see(() => {
    expect(column("on-hold")).toHaveClass("dimmed");
  });
});
