/* The same pages, but whatever stands in a text is parsed as HTML: what the tests with hostile text must find out. Nobody gets them. */

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { parse } from "svelte/compiler";
import type { AST } from "svelte/compiler";
import { defineConfig } from "vite";
import config from "./vite.config";

/** Elements whose content is text to every parser of HTML. */
const OF_TEXT = ["option", "textarea", "title"];

/** Where the expressions that stand in texts begin. */
function inTexts(node: unknown, found: number[]): void {
  if (Array.isArray(node)) {
    for (const one of node) {
      inTexts(one, found);
    }
  } else if (typeof node === "object" && node !== null) {
    const { type, name, nodes } = node as {
      type?: string;
      name?: string;
      nodes?: AST.Fragment["nodes"];
    };
    if (name !== undefined && OF_TEXT.includes(name)) {
      return;
    }
    if (type === "Fragment") {
      found.push(
        ...(nodes ?? [])
          .filter((child) => child.type === "ExpressionTag")
          .map(({ start }) => start),
      );
    }
    for (const child of Object.values(node)) {
      inTexts(child, found);
    }
  }
}

function naive(content: string): string {
  const found: number[] = [];
  inTexts(parse(content, { modern: true }).fragment, found);
  return found
    .toSorted((one, other) => other - one)
    .reduce((text, at) => `${text.slice(0, at + 1)}@html ${text.slice(at + 1)}`, content);
}

export default defineConfig({
  ...config,
  plugins: [
    svelte({
      preprocess: [{ name: "naive", markup: ({ content }) => ({ code: naive(content) }) }],
    }),
  ],
});
