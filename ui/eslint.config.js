import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const topics = ["app", "board", "case", "alert", "deployment", "outbox", "search"];

/** Topics do not import each other; views compose them. */
const topicRules = topics.map((topic) => {
  const others = topics.filter((other) => other !== topic);
  return {
    files: [`src/lib/${topic}/**`, `src/components/${topic}/**`],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "only src/lib/backend talks to Tauri" },
            {
              group: others.flatMap((other) => [`$lib/${other}/*`, `$components/${other}/*`]),
              message: "topics meet in src/views only",
            },
          ],
        },
      ],
    },
  };
});

export default defineConfig(
  { ignores: ["dist/", "node_modules/", "src/lib/backend/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createTypeScriptImportResolver()],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
    },
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: true,
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      eqeqeq: ["error", "always"],
      curly: "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      "svelte/button-has-type": "error",
      "svelte/no-unused-props": "error",
      "svelte/prefer-svelte-reactivity": "error",
      "svelte/prefer-writable-derived": "error",
      "svelte/no-target-blank": "error",
      "svelte/no-inspect": "error",
      "svelte/block-lang": ["error", { script: "ts" }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "no-restricted-imports": [
        "error",
        {
          patterns: [{ group: ["@tauri-apps/*"], message: "only src/lib/backend talks to Tauri" }],
        },
      ],
      // No HTML strings from anywhere: text becomes elements through Svelte only.
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((property) => ({
          property,
          message: "no HTML strings",
        })),
        { object: "document", property: "write", message: "no HTML strings" },
      ],
      "no-eval": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // ESLint does not know what components hand to snippets and callbacks; svelte-check does.
    files: ["**/*.svelte"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  ...topicRules,
  { files: ["src/lib/backend/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["scripts/**"], ...ts.configs.disableTypeChecked },
  {
    files: ["*.js", "*.ts", "scripts/**"],
    languageOptions: { globals: globals.node },
  },
);
