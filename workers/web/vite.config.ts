/**
 * Builds the page (`vite build workers/web`) and serves it during development (`vite workers/web`, beside `npm start`).
 */
import { defineConfig, loadEnv } from "vite";

/** Where `npm start` listens; `DREAMINA_API` overrides it. */
const defaultApi = "http://127.0.0.1:8787";

export default defineConfig(({ mode }) => {
  const root = import.meta.dirname;
  const api = loadEnv(mode, root, "DREAMINA_").DREAMINA_API ?? defaultApi;
  return {
    root,
    base: "/",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: ["chrome111", "firefox114", "safari16.4"],
      modulePreload: { polyfill: false },
      // No data URLs: the Content-Security-Policy allows only the page's origin.
      assetsInlineLimit: 0,
      rolldownOptions: { output: { assetFileNames: placeOf } },
    },
    worker: {
      rolldownOptions: { output: { entryFileNames: "heic/[name]-[hash].js", assetFileNames: placeOf } },
    },
    // The first paint has the right theme and language.
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

/** The decoder for HEIC photos has a folder of its own, with a Content-Security-Policy that lets it compile. */
const placeOf = ({ names }: { names: string[] }): string =>
  names.some((name) => name.startsWith("libheif")) ? "heic/[name]-[hash][extname]" : "assets/[name]-[hash][extname]";

const proxied = ["/v1", "/images", "/health", "/ping", "/docs", "/openapi.json"];
