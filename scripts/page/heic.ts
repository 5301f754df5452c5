/** The licence and the origin of libheif, beside its files, which the page's decoder for HEIC photos loads unchanged. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const PACKAGE = "node_modules/libheif-js";

/** Adds to `<outDir>/heic/`, which the bundler has made. */
export function describeHeic(root: string, outDir: string): void {
  const target = path.join(outDir, "heic");
  // The library's own text is that of the program; the package's repeats its licence.
  cpSync(path.join(root, PACKAGE, "libheif-wasm/LICENSE"), path.join(target, "LICENSE.txt"));
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(path.join(root, PACKAGE, "package.json"), "utf8"),
  );
  writeFileSync(
    path.join(target, "README.txt"),
    `${name} ${version}, ${license} licence, ${author}\n${homepage}\n` +
      "libheif-*.js and libheif-*.wasm are its files libheif-wasm/libheif.js and libheif-wasm/libheif.wasm, unchanged.\n" +
      "They contain libheif (https://github.com/strukturag/libheif) and libde265 (https://github.com/strukturag/libde265).\n",
  );
}
