import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Block, Inline } from "$lib/backend/backend";
import Markdown from "./Markdown.svelte";

const text = (value: string): Inline => ({ kind: "text", text: value });
const show = (...blocks: Block[]) =>
  render(Markdown, { props: { tree: { blocks, plain: false } } }).container;

const HOSTILE = [
  "<script>globalThis.hit = true</script>",
  "<img src=x onerror=globalThis.hit=true>",
  '"><svg/onload=globalThis.hit=true>',
  "{@" + "html hit}",
  "javascript:globalThis.hit=true",
];

test("hostile text in every place stays text", () => {
  const blocks = HOSTILE.flatMap((evil): Block[] => [
    { kind: "paragraph", inlines: [text(evil), { kind: "code", text: evil }] },
    { kind: "heading", level: 1, inlines: [text(evil)] },
    { kind: "code", language: evil, text: evil },
    { kind: "paragraph", inlines: [{ kind: "link", href: evil, inlines: [text(evil)] }] },
    { kind: "paragraph", inlines: [{ kind: "image", alt: evil, href: evil }] },
    { kind: "table", aligns: ["none"], head: [[text(evil)]], rows: [[[text(evil)]]] },
    {
      kind: "list",
      start: null,
      items: [
        { checked: null, markAt: null, blocks: [{ kind: "paragraph", inlines: [text(evil)] }] },
      ],
    },
  ]);
  const shown = show(...blocks);
  expect(
    shown.querySelectorAll("script, img, svg, iframe, a, style, link, form, input"),
  ).toHaveLength(0);
  expect(shown.querySelectorAll("[href], [src], [onerror], [onload], [style], [id]")).toHaveLength(
    0,
  );
  expect(globalThis).not.toHaveProperty("hit");
  for (const evil of HOSTILE) {
    expect(shown.textContent).toContain(evil);
  }
  const allowed = new Set(
    "DIV P SPAN EM STRONG S CODE PRE BLOCKQUOTE UL OL LI TABLE THEAD TBODY TR TH TD HR BR".split(
      " ",
    ),
  );
  const others = [...shown.querySelectorAll("*")].filter(({ tagName }) => !allowed.has(tagName));
  expect(others).toEqual([]);
});

test("a link is text with its address beside it, once", () => {
  const link = (label: string, href: string): Block => ({
    kind: "paragraph",
    inlines: [{ kind: "link", href, inlines: [text(label)] }],
  });
  expect(show(link("bank", "https://evil.example")).textContent).toContain(
    "⟨https://evil.example⟩",
  );
  expect(show(link("https://a.example", "https://a.example")).textContent.trim()).toBe(
    "https://a.example",
  );
});

test("a hidden character is seen by its name", () => {
  const shown = show({
    kind: "paragraph",
    inlines: [text("exe."), { kind: "hidden", name: "RLO" }, text("fdp")],
  });
  expect(shown.textContent.trim()).toBe("exe.⟨RLO⟩fdp");
});

test("a numbered list begins where it was begun, and tasks say whether they are done", () => {
  const item = (checked: boolean | null) => ({
    checked,
    markAt: checked === null ? null : 3,
    blocks: [{ kind: "paragraph" as const, inlines: [text("x")] }],
  });
  const shown = show(
    { kind: "list", start: 3, items: [item(null)] },
    { kind: "list", start: null, items: [item(true), item(false)] },
  );
  expect(shown.querySelector("ol")?.start).toBe(3);
  const boxes = [...shown.querySelectorAll('[role="img"]')].map((box) =>
    box.getAttribute("aria-label"),
  );
  expect(boxes).toEqual(["done", "not done"]);
});

test("a task can be ticked by whoever may change the text, and shows what the core tells", async () => {
  const ticks: [number, boolean][] = [];
  const items = [
    {
      checked: false,
      markAt: 3,
      blocks: [{ kind: "paragraph" as const, inlines: [text("look")] }],
    },
  ];
  const tree = { blocks: [{ kind: "list" as const, start: null, items }], plain: false };
  const { getByRole } = render(Markdown, {
    props: {
      tree,
      ontick: (markAt: number, on: boolean) => {
        ticks.push([markAt, on]);
      },
    },
  });
  const box = getByRole("checkbox", { name: "look" });
  await userEvent.click(box);
  expect(ticks).toEqual([[3, true]]);
  expect(box).not.toBeChecked();
});

test("a text shown plain says so", () => {
  const { container } = render(Markdown, { props: { tree: { blocks: [], plain: true } } });
  expect(container.textContent).toContain("plain text");
});
