/**
 * How the page is built (`vite build workers/web`), and how it is served while somebody works on it
 * (`vite workers/web`, beside `npm start`).
 */
import { defineConfig, loadEnv } from "vite";

/** Where `npm start` listens; `DREAMINA_API` says otherwise. */
const usualApi = "http://127.0.0.1:8787";

export default defineConfig(({ mode }) => {
  const root = import.meta.dirname;
  const api = loadEnv(mode, root, "DREAMINA_").DREAMINA_API ?? usualApi;
  return {
    root,
    base: "/",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: ["chrome111", "firefox114", "safari16.4"],
      modulePreload: { polyfill: false },
      // Nothing as a data-URL: the page's policy takes everything from its own origin.
      assetsInlineLimit: 0,
    },
    // The first thing painted is the page in its own theme and language, never a blank one in another.
    plugins: [
      {
        name: "wait-for-the-page",
        transformIndexHtml: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
      },
    ],
    server: {
      proxy: Object.fromEntries(proxied.map((path) => [path, { target: api, changeOrigin: false }])),
      fs: { allow: [root, `${root}/../../shared`, `${root}/../../node_modules`] },
    },
  };
});

const proxied = ["/v1", "/images", "/health", "/ping", "/docs", "/openapi.json"];
