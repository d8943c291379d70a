import axe from "axe-core";
import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { DIALOGS } from "./dialogs";
import Gallery from "./Gallery.svelte";

const PARTS = [
  ["marks", 40],
  ["cards", 12],
  ["rows", 15],
  ["search", 5],
  ["controls", 10],
  ["sources", 8],
  ["alerts", 4],
  ["tray", 16],
  ["peek", 4],
  ["case", 25],
  ["case-tabs", 5],
  ["outbox", 8],
  ["agents", 5],
  ["deployments", 3],
  ["problems", 25],
] as const;

test.each(PARTS)("%s show their states, and axe finds nothing", async (part, least) => {
  const { container } = render(Gallery, { props: { part } });
  const states = container.querySelectorAll("figure, [role=row], li, .line > *");
  expect(states.length).toBeGreaterThanOrEqual(least);
  expect(await violationsOf(container)).toEqual([]);
});

test.each(DIALOGS)("%s stands by itself, and axe finds nothing", async (part) => {
  render(Gallery, { props: { part } });
  await expect
    .poll(() => document.querySelector('[role="dialog"], .toast, .menu'), { timeout: 20_000 })
    .not.toBeNull();
  expect(await violationsOf(document.body)).toEqual([]);
});

async function violationsOf(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, {
    // Colours are checked by `tokens.test.ts`; the same things stand here many times over.
    rules: {
      "color-contrast": { enabled: false },
      "landmark-unique": { enabled: false },
      "heading-order": { enabled: false },
      // Lists that float are mounted at the end of the body.
      region: { enabled: false },
      "aria-required-children": { enabled: true },
    },
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
  );
}
