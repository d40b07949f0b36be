// The licences of what others made and we send along.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export async function notice(projectFolder) {
  const { dependencies } = JSON.parse(await readFile(join(projectFolder, "package.json"), "utf8"));
  const byText = new Map();
  for (const name of Object.keys(dependencies).sort()) {
    const folder = join(projectFolder, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(join(folder, file), "utf8")).trim() : `Licence: ${about.license}`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${about.version} (${about.license})`]);
  }
  const line = "=".repeat(72);
  const parts = [...byText].map(([text, names]) => `${line}\n${names.join("\n")}\n${line}\n\n${text}\n`);
  return `Parts of this site were made by others. Their licences follow.\n\n${parts.join("\n")}`;
}
