// @ts-check
// Makes assets/js/vendor/preact.js, with the licences beside it, from the packages that package-lock.json pins:
// Preact, its hooks and its signals as one module.
//
//     node scripts/vendor.js            writes both
//     node scripts/vendor.js --check    checks whether they are current

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join(ROOT, "assets", "js", "vendor");
const PACKAGES = ["preact", "@preact/signals", "@preact/signals-core"];
const WHOLE = 'export * from "preact"; export * from "preact/hooks"; export * from "@preact/signals";';

const read = (/** @type {string[]} */ ...parts) => readFile(join(ROOT, "node_modules", ...parts), "utf8");

/** The files by name. */
async function made() {
  const versions = await Promise.all(PACKAGES.map(async (name) => `${name} ${JSON.parse(await read(name, "package.json")).version}`));
  const banner = `// ${versions.join(", ")} (MIT, see LICENSES.txt), made by scripts/vendor.js. Not to be edited.`;
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    banner: { js: banner },
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "none",
    logLevel: "error",
    minifyWhitespace: true,
    stdin: { contents: WHOLE, resolveDir: ROOT, sourcefile: "preact.js" },
    target: "es2022",
    write: false,
  });
  const licences = await Promise.all(PACKAGES.map(async (name, at) => `${versions[at]}\n\n${await read(name, "LICENSE")}`));
  return { "preact.js": outputFiles[0].text, "LICENSES.txt": licences.join("\n\n") };
}

async function main() {
  await mkdir(TARGET, { recursive: true });
  for (const [name, contents] of Object.entries(await made())) {
    const path = join(TARGET, name);
    if (!process.argv.includes("--check")) await writeFile(path, contents);
    else if ((await readFile(path, "utf8").catch(() => "")) !== contents) {
      process.stderr.write(`assets/js/vendor/${name} is not made from the pinned packages. Run: make bundle\n`);
      process.exitCode = 1;
    }
  }
}

await main();
