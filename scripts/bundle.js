// @ts-check
// Makes assets/bundle from assets/js: `main.js`, which the page starts with, and one file for each part that is opened
// later (each target of a dynamic import), which imports from main.js what that has already loaded.
//
//     node scripts/bundle.js            writes the bundle
//     node scripts/bundle.js --check    checks whether it is current
//     node scripts/bundle.js --weigh    compares the size of main.js with that of its modules, as a browser gets them

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, "assets", "js");
const TARGET = join(ROOT, "assets", "bundle");
const START = join(SOURCES, "main.js");
/** Contains a hash of the bundle's sources, for checks without node. */
const MADE_FROM = "made-from.txt";

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  logLevel: "error",
  minify: true,
  outdir: TARGET,
  target: "es2022",
  write: false,
};

/** "features/gallery/gallery.js" → "features-gallery-gallery": the name of a later part's file. */
const nameOf = (/** @type {string} */ path) => relative(SOURCES, path).replace(/\.js$/, "").replaceAll("/", "-");

/** Leaves every dynamic import out of a build and adds its target to `later`. Those of `start` stay inside.
 * @param {Set<string>} later @param {Set<string>} start @returns {import("esbuild").Plugin} */
const splitOff = (later, start) => ({
  name: "split-off",
  setup(asked) {
    asked.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      if (kind !== "dynamic-import" || start.has(target)) return undefined;
      later.add(target);
      return { path: `./${nameOf(target)}.js`, external: true };
    });
  },
});

/** The files a build read, as whole paths.
 * @param {import("esbuild").Metafile} metafile */
const inputsOf = (metafile) => new Set(Object.keys(metafile.inputs).filter((path) => !path.includes(":")).map((path) => join(ROOT, path)));

/** The modules that main.js loads by itself, and the first parts that are opened later. */
async function startModules() {
  /** @type {Set<string>} */
  const later = new Set();
  const { metafile } = await build({ ...COMMON, entryPoints: [START], metafile: true, plugins: [splitOff(later, new Set())] });
  return { start: inputsOf(metafile), later };
}

/** The name under which main.js exports a name of one of its modules. */
const handed = (/** @type {string} */ path, /** @type {string} */ name) => `${nameOf(path).replaceAll("-", "_")}$${name}`;

const NAMED_IMPORT = /\bimport\s*\{([^}]*)\}\s*from\s*"(\.[^"]+)"/g;

/** In a later part: imports what main.js has loaded from there, name by name; `taken` gets module → names.
 * @param {Set<string>} start @param {Map<string, Set<string>>} taken @returns {import("esbuild").Plugin} */
const takeFromStart = (start, taken) => ({
  name: "take-from-start",
  setup(part) {
    part.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(NAMED_IMPORT, (whole, /** @type {string} */ list, /** @type {string} */ from) => {
        const target = resolve(dirname(path), from);
        if (!start.has(target)) return whole;
        const names = list.split(",").map((name) => name.trim().split(/\s+as\s+/)).filter(([name]) => name);
        taken.set(target, new Set([...(taken.get(target) ?? []), ...names.map(([name]) => name)]));
        const here = names.map(([name, local = name]) => `${handed(target, name)} as ${local}`);
        return `import { ${here.join(", ")} } from "start"`;
      });
      return { contents, resolveDir: dirname(path) };
    });
    part.onResolve({ filter: /^start$/ }, () => ({ path: "./main.js", external: true }));
    part.onResolve({ filter: /^\./ }, ({ importer, kind, path, resolveDir }) =>
      kind === "import-statement" && start.has(resolve(resolveDir, path))
        ? { errors: [{ text: `${importer} must import what it needs of ${path} by name: the page has loaded that already.` }] }
        : undefined,
    );
  },
});

/** All files of the bundle by name.
 * @returns {Promise<Map<string, Uint8Array>>} */
async function made() {
  const { start, later } = await startModules();
  /** @type {Map<string, Set<string>>} */
  const taken = new Map();
  let parts = await partsOf(later, start, taken);
  // A part may open another one.
  for (let known = 0; known < later.size; ) {
    known = later.size;
    parts = await partsOf(later, start, taken);
  }
  const handing = [...taken].sort().map(([path, names]) => {
    const list = [...names].sort().map((name) => `${name} as ${handed(path, name)}`);
    return `export { ${list.join(", ")} } from ${JSON.stringify(path)};`;
  });
  const contents = [`export * from ${JSON.stringify(START)};`, ...handing].join("\n");
  const main = await build({
    ...COMMON,
    stdin: { contents, resolveDir: SOURCES, sourcefile: "all-of-main.js" },
    outfile: join(TARGET, "main.js"),
    outdir: undefined,
    plugins: [splitOff(new Set(), start)],
  });
  const files = [...(main.outputFiles ?? []), ...parts].map((file) => /** @type {const} */ ([relative(TARGET, file.path), file.contents]));
  return new Map([...files, [MADE_FROM, new TextEncoder().encode(`${await stateOfSources()}\n`)]]);
}

/** The parts that are opened later; code that several of them share, and main.js does not have, is in separate files.
 * @param {Set<string>} later @param {Set<string>} start @param {Map<string, Set<string>>} taken */
async function partsOf(later, start, taken) {
  const entryPoints = [...later].sort().map((path) => ({ in: path, out: nameOf(path) }));
  const plugins = [splitOff(later, start), takeFromStart(start, taken)];
  const { outputFiles } = await build({ ...COMMON, entryPoints, splitting: true, chunkNames: "shared-[hash]", plugins });
  return outputFiles ?? [];
}

/** One hash of the names and bytes of all scripts and of everything that decides how they are bundled. */
async function stateOfSources() {
  const listed = await readdir(SOURCES, { recursive: true });
  const scripts = listed.filter((name) => name.endsWith(".js")).map((name) => join("assets", "js", name));
  const hash = createHash("sha256");
  for (const name of [...scripts, "package-lock.json", "scripts/bundle.js"].sort()) {
    hash.update(`${name}\0`).update(await readFile(join(ROOT, name))).update("\0");
  }
  return hash.digest("hex");
}

async function written() {
  const names = await readdir(TARGET).catch(() => []);
  return new Map(await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await readFile(join(TARGET, name))]))));
}

async function check() {
  const [wanted, there] = await Promise.all([made(), written()]);
  const names = [...new Set([...wanted.keys(), ...there.keys()])].sort();
  const stale = names.filter((name) => Buffer.compare(wanted.get(name) ?? Buffer.of(), there.get(name) ?? Buffer.of()));
  if (stale.length) {
    process.stderr.write(`assets/bundle is not made from today's scripts: ${stale.join(", ")}. Run: make bundle\n`);
    process.exitCode = 1;
  }
}

async function write() {
  const files = await made();
  await rm(TARGET, { recursive: true, force: true });
  await mkdir(TARGET, { recursive: true });
  await Promise.all([...files].map(([name, contents]) => writeFile(join(TARGET, name), contents)));
}

async function weigh() {
  const { start } = await startModules();
  const weightOf = async (/** @type {string} */ path) => brotliCompressSync(await readFile(path)).length;
  const apart = await Promise.all([...start].map(weightOf));
  const sum = apart.reduce((so, one) => so + one, 0);
  process.stdout.write(`${start.size} modules: ${sum} bytes, each packed by itself; as main.js ${await weightOf(join(TARGET, "main.js"))}\n`);
}

const choice = process.argv[2];
await (choice === "--check" ? check() : choice === "--weigh" ? weigh() : write());
