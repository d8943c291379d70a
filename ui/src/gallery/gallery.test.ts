import axe from "axe-core";
import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import Gallery from "./Gallery.svelte";

const PARTS = [
  ["marks", 40],
  ["cards", 12],
  ["rows", 15],
  ["search", 5],
  ["controls", 10],
  ["sources", 8],
  ["alerts", 4],
  ["outbox", 8],
  ["agents", 5],
  ["deployments", 3],
  ["problems", 25],
] as const;

test.each(PARTS)("%s show their states, and axe finds nothing", async (part, least) => {
  const { container } = render(Gallery, { props: { part } });
  const states = container.querySelectorAll("figure, [role=row], li, .line > *");
  expect(states.length).toBeGreaterThanOrEqual(least);
  const { violations } = await axe.run(container, {
    // Colours are checked by `tokens.test.ts`; the same things stand here many times over.
    rules: {
      "color-contrast": { enabled: false },
      "landmark-unique": { enabled: false },
      "heading-order": { enabled: false },
      "aria-required-children": { enabled: true },
    },
  });
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)),
  ).toEqual([]);
});
