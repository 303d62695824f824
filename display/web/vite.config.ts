// Builds every page twice over: citizens' pages for an eight-year-old box, staff pages for a modern browser. It holds no page's text.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";
import { states } from "./shared/states/index.ts";
import { words } from "./words.mjs";

const here = import.meta.dirname;
const STAFF = ["desk", "guide", "manage", "styleguide"]; // modern browsers; everything else is a citizen's page
const pages = ["", ...readdirSync(here)].filter((folder) => existsSync(resolve(here, folder, "index.html")));

/** The sample states, as one JSON file a page: read only by a page opened with ?state=, so they cost a live page nothing. */
function sampleStates(): Plugin {
  const file = (page: string) => JSON.stringify(states[page] ?? {});
  return {
    name: "hall-sample-states",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const page = /^\/static\/states\/(\w+)\.json/.exec(request.url ?? "")?.[1];
        if (page) response.setHeader("content-type", "application/json").end(file(page));
        else next();
      });
    },
    generateBundle() {
      for (const page of Object.keys(states))
        this.emitFile({ type: "asset", fileName: `states/${page}.json`, source: file(page) });
    },
  };
}

/** The face's licence wants to lie beside it; those of bundled scripts are written by the build. */
function faceLicence(): Plugin {
  const source = () => readFileSync(resolve(here, "node_modules/@fontsource-variable/noto-sans-sc/LICENSE"), "utf-8");
  return {
    name: "hall-face-licence",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licences/noto-sans-sc.txt", source: source() });
    },
  };
}

export default defineConfig(({ mode }) => {
  const staff = mode === "staff";
  const mine = pages.filter((page) => STAFF.includes(page) === staff);
  return {
    root: here,
    base: "/static/",
    plugins: [vue(), words(), ...(staff ? [sampleStates()] : [faceLicence()])],
    server: {
      host: "127.0.0.1",
      proxy: {
        "/api": "http://127.0.0.1:8700",
        "/fonts": "http://127.0.0.1:8700",
        "/socket.io": { target: "http://127.0.0.1:8700", ws: true },
      },
    },
    define: {
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    build: {
      outDir: resolve(here, "../../server/static"),
      emptyOutDir: !staff, // citizens first, staff pages beside them
      target: staff ? "es2022" : "chrome61",
      cssTarget: staff ? "chrome111" : "chrome61",
      license: { fileName: `licences/${staff ? "staff" : "citizen"}-pages.md` },
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1200,
      rollupOptions: {
        input: Object.fromEntries(mine.map((page) => [page || "home", resolve(here, page, "index.html")])),
        output: {
          assetFileNames: "assets/[name]-[hash][extname]",
          chunkFileNames: "assets/[name]-[hash].js",
          entryFileNames: "assets/[name]-[hash].js",
        },
      },
    },
  };
});
