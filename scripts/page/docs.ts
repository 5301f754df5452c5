/**
 * The files that the page at /docs loads: the icon of the web page, scripts, one style sheet that begins with styles of
 * the web page, and the API reference (Scalar) as its package ships it for browsers. The API worker makes the HTML.
 * Scalar's module with its chunks is taken, not the single file: what the page needs of it is 0.8 MB gzipped in twelve files, the single file 1.3 MB (version 1.72.1).
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const SCRIPTS = ["settings.js", "page.js", "reference.js"];
/** In this order in one file. The first three make its colours, icons and header those of the page. */
const STYLES = [
  ...["tokens.css", "icons.css", "header.css"].map((name) => `workers/web/style/${name}`),
  ...["page.css", "prose.css", "reference.css"].map((name) => `workers/api/docs/${name}`),
];
const PACKAGE = "node_modules/@scalar/api-reference";

/** Writes `<outDir>/docs/`. */
export async function buildDocs(root: string, outDir: string): Promise<void> {
  const target = path.join(outDir, "docs");
  mkdirSync(path.join(target, "scalar/chunks"), { recursive: true });
  for (const file of SCRIPTS) cpSync(path.join(root, "workers/api/docs", file), path.join(target, file));
  cpSync(path.join(root, "workers/web/icon.svg"), path.join(target, "icon.svg"));
  writeFileSync(
    path.join(target, "page.css"),
    STYLES.map((file) => readFileSync(path.join(root, file), "utf8")).join(""),
  );

  const scalar = path.join(root, PACKAGE, "dist/browser");
  const chunks = readdirSync(path.join(scalar, "chunks")).map((name) => `chunks/${name}`);
  for (const file of ["standalone.esm.js", ...chunks].filter((name) => name.endsWith(".js"))) {
    const code = readFileSync(path.join(scalar, file), "utf8");
    writeFileSync(path.join(target, "scalar", file), withoutSourceMap(code));
  }
  writeFileSync(path.join(target, "scalar/README.txt"), origin(root));
}

// The maps are four times as large as the code and stay where they are.
const withoutSourceMap = (code: string): string => code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");

function origin(root: string): string {
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(path.join(root, PACKAGE, "package.json"), "utf8"),
  );
  return `${name} ${version}, ${license} licence, ${author}\n${homepage}\n`;
}
