import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** The pairs of ux.md sections 11.5 to 11.7: 4.5 for text, 3 for glyphs and borders of controls. */
const css = readFileSync("src/tokens.css", "utf8");
const [usual = "", contrasting = ""] = css.split('[data-theme="contrast"]');
const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function token(name: string, theme: Theme, sheet = usual): string {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(
    sheet,
  );
  const value = found?.[theme === "light" ? 1 : 2];
  if (value === undefined) {
    throw new Error(`tokens.css has no colour --${name}`);
  }
  return value;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["bg-app", "bg-surface", "bg-raised", "bg-hover", "bg-selected"];
const TEXTS = ["primary", "secondary", "tertiary", "placeholder", "link"].map(
  (name) => `text-${name}`,
);
const TONES = ["success", "warning", "danger", "info"].map((name) => `${name}-text`);
const SEVERITIES = ["low", "medium", "high", "critical"];
const STATUSES = ["open", "in-progress", "closed", "unknown"];

const TEXT_PAIRS: [string, string][] = [
  ...[...TEXTS, ...TONES].flatMap((text) => SURFACES.map((on): [string, string] => [text, on])),
  ...["warning", "danger", "info"].map((name): [string, string] => [
    `${name}-banner-text`,
    `${name}-banner-bg`,
  ]),
  ["accent-on-fill", "accent-fill"],
  ["accent-on-fill", "accent-fill-hover"],
  ["accent-on-fill", "danger-fill"],
  ["toast-text", "toast-bg"],
  ["toast-action", "toast-bg"],
  ["tag-text", "tag-bg"],
  ["ioc-text", "ioc-bg"],
  ["code-text", "code-bg"],
  ["text-tertiary", "code-bg"],
  ["practice-on-frame", "practice-frame"],
  ...["red", "amber", "green", "clear"].map((name): [string, string] => [`tlp-${name}`, "tlp-box"]),
  ...SEVERITIES.map((name): [string, string] => [`severity-${name}-text`, `severity-${name}-bg`]),
  ...STATUSES.map((name): [string, string] => [`status-${name}-text`, `status-${name}-bg`]),
];

const GLYPH_PAIRS: [string, string][] = [
  ...[...SEVERITIES, "unknown"].flatMap((name) =>
    ["bg-app", "bg-surface", "bg-selected"].map((on): [string, string] => [`severity-${name}`, on]),
  ),
  ...STATUSES.flatMap((name) =>
    ["bg-app", "bg-surface"].map((on): [string, string] => [`status-${name}-text`, on]),
  ),
  ...["border-control", "focus-ring"].flatMap((name) =>
    SURFACES.map((on): [string, string] => [name, on]),
  ),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((hue): [string, string] => [`source-${hue}`, "bg-surface"]),
  ["practice-frame", "bg-app"],
  ...[...usual.matchAll(/--(tactic-[a-z-]+):/g)].map(([, name = ""]): [string, string] => [
    name,
    "bg-surface",
  ]),
];

describe.each(THEMES)("%s", (theme) => {
  test.each(TEXT_PAIRS)("%s can be read on %s", (text, on) => {
    expect(contrast(token(text, theme), token(on, theme))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(GLYPH_PAIRS)("%s can be seen on %s", (glyph, on) => {
    expect(contrast(token(glyph, theme), token(on, theme))).toBeGreaterThanOrEqual(3);
  });
});

describe.each(THEMES)("high contrast, %s", (theme) => {
  // The black boxes of TLP and the stripes of tactics are the same in every theme.
  const own = ([a, b]: [string, string]) => !`${a} ${b}`.includes("tlp") && !a.startsWith("tactic");

  test.each(TEXT_PAIRS.filter(own))("%s on %s is black and white", (text, on) => {
    expect(contrast(token(text, theme, contrasting), token(on, theme, contrasting))).toBe(21);
  });

  test.each(GLYPH_PAIRS.filter(own))("%s on %s is black and white", (glyph, on) => {
    expect(contrast(token(glyph, theme, contrasting), token(on, theme, contrasting))).toBe(21);
  });
});

test("the formula agrees with the guide", () => {
  expect(contrast("#14171f", "#ffffff")).toBeCloseTo(17.9, 1);
  expect(contrast("#3454d1", "#ffffff")).toBeCloseTo(6.3, 1);
});
