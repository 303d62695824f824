// The words of the pages, from config/words/<language>.toml into the build: `import desk from "words:pages.desk"` is that section in every language.
// Languages are the files of that folder; what one lacks is said in the first. `node words.mjs` writes the types of the sections.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parse } from "smol-toml";

const FOLDER = process.env.HALL_WORDS ?? resolve(import.meta.dirname, "../../config/words");
const TYPES = resolve(import.meta.dirname, "node_modules/.hall/words.d.ts");
const SECTION = "words:";
const files = () => readdirSync(FOLDER).filter((name) => name.endsWith(".toml"));

/** [language, its file] of each, the first language first. */
function catalogues() {
  const order = (table) => table.language.order ?? 99;
  return files()
    .map((name) => [basename(name, ".toml"), parse(readFileSync(resolve(FOLDER, name), "utf8"))])
    .sort(([a, one], [b, other]) => order(one) - order(other) || (a < b ? -1 : 1));
}

/** `pages.desk` of one language's file. */
const section = (table, path) => path.split(".").reduce((inner, step) => inner?.[step], table) ?? {};

function code(path) {
  const all = catalogues();
  if (path === "languages")
    return JSON.stringify(
      all.map(([lang, { language }]) => ({
        code: lang,
        name: language.name,
        tag: language.tag ?? lang,
        also: language.also ?? [],
        list: language.list ?? ", ",
        direction: language.direction ?? "ltr",
      })),
    );
  const first = section(all[0][1], path);
  if (!Object.keys(first).length) throw new Error(`no section [${path}] in ${all[0][0]}.toml`);
  return JSON.stringify(Object.fromEntries(all.map(([lang, table]) => [lang, { ...first, ...section(table, path) }])));
}

/** @returns {import("vite").Plugin} */
export function words() {
  return {
    name: "hall-words",
    resolveId: (id) => (id.startsWith(SECTION) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${SECTION}`)) return null;
      for (const name of files()) this.addWatchFile(resolve(FOLDER, name));
      return `export default ${code(id.slice(SECTION.length + 1))}`;
    },
    /** A page's title until it knows whose hall it is: the first language's, and beside it that of each language. */
    transformIndexHtml(html, { path }) {
      const page = path.split("/").slice(-2, -1)[0] || "home";
      const titles = catalogues().map(([lang, table]) => [lang, section(table, `pages.${page}`).title ?? ""]);
      const all = JSON.stringify(Object.fromEntries(titles)).replace(/"/g, "&quot;");
      return html.replace("<title>%title%", `<title data-titles="${all}">${titles[0][1]}`);
    },
  };
}

/** One `declare module` a section, so that a key that is not in the file is a mistake of type. */
function types() {
  const [[, first]] = catalogues();
  const one = ([name, table]) => {
    const keys = Object.keys(table).map((key) => JSON.stringify(key));
    const type = `import("../../shared/words").Catalogue<${keys.join(" | ")}>`;
    return `declare module "words:pages.${name}" {\n  const words: ${type};\n  export default words;\n}\n`;
  };
  const about = `declare module "words:languages" {\n  const languages: import("../../shared/words").About[];\n`;
  return `${about}  export default languages;\n}\n${Object.entries(section(first, "pages")).map(one).join("")}`;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(resolve(TYPES, ".."), { recursive: true });
  writeFileSync(TYPES, types());
}
