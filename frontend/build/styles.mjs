// Makes one small style sheet: of NL Design System only the rules our pages use, of the theme only the tokens
// those rules reach.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import * as esbuild from "esbuild";
import postcss from "postcss";

const THEME = ".voorbeeld-theme";
const FOREIGN_CLASS = /\b(?:nl|utrecht)-[a-z][\w-]*/g;
const REFERENCE = /var\(\s*(--[\w-]+)/g;
export const BROWSERS = ["chrome111", "firefox115", "safari16.4"];

/** Every class name of NL Design System that occurs in the texts our pages are made of. */
export async function usedClasses(folders) {
  const used = new Set();
  for (const [folder, ending] of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(ending)) continue;
      const text = await readFile(join(entry.parentPath, entry.name), "utf8");
      for (const [name] of text.matchAll(FOREIGN_CLASS)) used.add(name);
    }
  }
  return used;
}

/** Take away the selectors that ask for a class no page has. What stands in :not() is no such demand. */
function dropUnusedRules(root, used) {
  root.walkRules((rule) => {
    const kept = rule.selectors.filter((selector) => {
      const asked = selector.replace(/:not\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, "");
      return (asked.match(/\.(?:nl|utrecht)-[\w-]+/g) ?? []).every((name) => used.has(name.slice(1)));
    });
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
}

/** A token that our own layer sets again on the same element need not be set by the theme as well. */
function dropOverruledTokens(root) {
  const last = new Map();
  root.walkRules(THEME, (rule) => {
    if (rule.parent.type === "atrule" && rule.parent.name !== "layer") return;
    rule.walkDecls(/^--/, (declaration) => {
      last.get(declaration.prop)?.remove();
      last.set(declaration.prop, declaration);
    });
  });
}

/** Keep the custom properties that are reached from a real declaration, directly or through each other. */
function dropUnreachedTokens(root) {
  const definitions = new Map();
  const waiting = [];
  root.walkDecls((declaration) => {
    const names = [...declaration.value.matchAll(REFERENCE)].map(([, name]) => name);
    if (!declaration.prop.startsWith("--")) waiting.push(...names);
    else definitions.set(declaration.prop, [...(definitions.get(declaration.prop) ?? []), ...names]);
  });
  const reached = new Set();
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(definitions.get(name) ?? []));
  }
  root.walkDecls(/^--/, (declaration) => {
    if (!reached.has(declaration.prop)) declaration.remove();
  });
}

function dropEmpty(root) {
  root.walkComments((comment) => comment.remove());
  root.walkRules((rule) => {
    if (rule.nodes.length === 0) rule.remove();
  });
  root.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
}

export async function buildMainStyles({ source, folders }) {
  const bundle = await esbuild.build({ entryPoints: [source], bundle: true, write: false, logLevel: "warning" });
  const root = postcss.parse(bundle.outputFiles[0].text);
  dropUnusedRules(root, await usedClasses(folders));
  dropOverruledTokens(root);
  dropUnreachedTokens(root);
  dropEmpty(root);
  const small = await esbuild.transform(root.toString(), { loader: "css", minify: true, target: BROWSERS });
  return small.code;
}

/** Leaflet's sheet without the controls and the default pins that we do not use, so without their pictures. */
export async function buildLeafletStyles(source) {
  // In the layer of others' work, so that our own sheet has the last word.
  const root = postcss.parse(`@layer nlds {${await readFile(source, "utf8")}}`);
  root.walkRules((rule) => {
    const kept = rule.selectors.filter(
      (selector) => !/control-layers|default-icon-path|leaflet-oldie|leaflet-vml|lvml/.test(selector),
    );
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  dropEmpty(root);
  const small = await esbuild.transform(root.toString(), { loader: "css", minify: true, target: BROWSERS });
  return small.code;
}
