import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const lib = fileURLToPath(new URL("src/lib", import.meta.url));
const components = fileURLToPath(new URL("src/components", import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: { alias: { $lib: lib, $components: components } },
  build: {
    target: "es2022",
    // Tokens rest on light-dark(); older targets would have it rewritten.
    cssTarget: ["chrome123", "safari17.5"],
    // The content security policy allows no data: scripts, styles or fonts and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One page for each window.
    rolldownOptions: { input: ["index.html", "vault.html"] },
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    // Styles are not laid out here, so that no area looks as if it scrolled.
    onConsoleLog: (log) => !log.includes("appears not to be scrollable"),
    // A hang guard.
    testTimeout: 60_000,
  },
});
