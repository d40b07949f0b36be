// Builds src/ into dist/. With --watch it builds again after every change.

import { watch } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { notice } from "./build/notice.mjs";
import { BROWSERS, buildLeafletStyles, buildMainStyles } from "./build/styles.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
// Bytes over the wire, gzipped. Our own modules together stay below 15 kB; a first visit loads main.* only.
const BUDGETS = { "main.css": 20_000, "main.js": 4_000, "own scripts": 15_000 };
const OTHERS = new Set(["htmx.js", "leaflet.js"]);

async function buildScripts() {
  const names = (await readdir(join(HERE, "src/entries"))).filter((name) => name.endsWith(".ts"));
  await esbuild.build({
    // The package's main file has no exports that a module can name.
    alias: { leaflet: "leaflet/dist/leaflet-src.esm.js" },
    entryPoints: names.map((name) => join(HERE, "src/entries", name)),
    outdir: DIST,
    bundle: true,
    format: "esm",
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    target: BROWSERS,
  });
}

async function buildStyles() {
  const main = await buildMainStyles({
    source: join(HERE, "src/styles/main.css"),
    folders: [
      [join(HERE, "templates"), ".html"],
      [join(HERE, "src"), ".ts"],
      [join(HERE, "src/styles"), ".css"],
      [join(HERE, "../backend"), ".py"],
    ],
  });
  await writeFile(join(DIST, "main.css"), main);
  await writeFile(join(DIST, "leaflet.css"), await buildLeafletStyles(join(HERE, "node_modules/leaflet/dist/leaflet.css")));
}

async function report() {
  const over = [];
  const totals = { "own scripts": 0 };
  for (const name of (await readdir(DIST)).sort()) {
    const bytes = await readFile(join(DIST, name));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    totals[name] = zipped;
    if (name.endsWith(".js") && !OTHERS.has(name)) totals["own scripts"] += zipped;
    console.log(
      `${basename(name).padEnd(14)} ${String(bytes.length).padStart(7)} bytes ${String(zipped).padStart(6)} gzip ` +
        `${String(brotliCompressSync(bytes).length).padStart(6)} brotli`,
    );
  }
  for (const [name, budget] of Object.entries(BUDGETS)) {
    if (totals[name] > budget) over.push(`${name} is ${totals[name]} bytes gzipped; its budget is ${budget}.`);
  }
  return over;
}

/** What an earlier build left. Emptying the folder first would break the pages of a server that is running. */
async function removeOlderThan(moment) {
  for (const name of await readdir(DIST)) {
    const file = join(DIST, name);
    if ((await stat(file)).mtimeMs < moment - 1_000) await rm(file, { recursive: true });
  }
}

async function build() {
  const startedAt = Date.now();
  await mkdir(DIST, { recursive: true });
  await Promise.all([
    buildScripts(),
    buildStyles(),
    cp(join(HERE, "src/assets"), DIST, { recursive: true }),
    notice(HERE).then((text) => writeFile(join(DIST, "NOTICE.txt"), text)),
  ]);
  await removeOlderThan(startedAt);
  const over = await report();
  for (const sentence of over) console.error(sentence);
  return over.length === 0;
}

const fits = await build();
if (process.argv.includes("--watch")) {
  let waiting;
  for (const folder of ["src", "templates"]) {
    watch(join(HERE, folder), { recursive: true }, () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
    });
  }
} else if (!fits) {
  process.exitCode = 1;
}
