/* Lucide's components put an icon together from its description whenever one is drawn, which takes longer than the rest of what it
   stands on. Here each is written out once, when the pages are built: they take a `size`, and no other property. */

/** @typedef {[tag: string, attributes: Record<string, string>]} Shape */

const ICONS = "/@lucide/svelte/dist/icons/";

/** @type {import("svelte/compiler").PreprocessorGroup} */
export const icons = {
  name: "icons",
  markup({ content, filename }) {
    if (!filename?.replaceAll("\\", "/").includes(ICONS)) {
      return undefined;
    }
    const { size, node } = description(content, filename);
    return { code: component(size, node) };
  },
};

/**
 * @param {string} content
 * @param {string} filename
 * @returns {{ size: number, node: Shape[] }}
 */
function description(content, filename) {
  const found = /const iconData = (\{.*\});/.exec(content)?.[1];
  if (found === undefined) {
    throw new Error(`${filename} describes no icon`);
  }
  /** @type {unknown} */
  const read = JSON.parse(found);
  return /** @type {{ size: number, node: Shape[] }} */ (read);
}

/**
 * @param {number} size
 * @param {Shape[]} shapes
 */
function component(size, shapes) {
  const drawn = shapes.map(([tag, attributes]) => `<${tag}${written(attributes)} />`).join("");
  return `<script>
  const { size = ${size} } = $props();
</script>

<svg class="lucide" width={size} height={size} viewBox="0 0 ${size} ${size}" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${drawn}</svg>
`;
}

/** @param {Record<string, string>} attributes */
function written(attributes) {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join("");
}
