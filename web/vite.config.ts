import { defineConfig } from "vitest/config";

const service = "127.0.0.1:8080";

/** The pages of the service, each with its own entry, so that the join page loads nothing of the console. */
const pages = [
  "index",
  "join",
  "practice",
  "console",
  "sign-in",
  "register",
  "lost-link",
  "unsubscribe",
  "here",
  "credit",
  "verify",
];

export default defineConfig({
  base: "/",
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../echo_session/web",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy allows no inline script, and hashed files are cached for good
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages.map((page) => `${page}.html`) },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": `http://${service}`,
      "/ws": { target: `ws://${service}`, ws: true },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
