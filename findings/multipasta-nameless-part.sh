#!/bin/sh
# `multipasta` ignores the whole Content-Disposition of a part, field name included, when its file name is not Latin-1.
#
# Browsers, curl and Node's FormData write file names as UTF-8 (WHATWG HTML, 4.10.21.8; RFC 7578, 5.1). The parser also
# decodes them as UTF-8, and then matches the parameters of the header against the quoted-string of RFC 7230, whose
# characters end at U+00FF. With one character beyond that (Chinese, Greek, "€") the whole header counts as absent,
# without an error: the part becomes a field with an empty name and no file name. "é.png" passes, so a test with an
# accent does not find it.
#
# Installs the package into a temporary folder; no server. Exit code 0: the behaviour is unchanged.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error multipasta@0.2.8

cat >probe.mjs <<'JS'
import * as multipasta from "multipasta";

setTimeout(() => {
  console.log("CHANGED: timed out after 20 s.");
  process.exit(2);
}, 20_000).unref();

/** Parses a form with one file, written by Node's FormData. @returns the parts. */
async function read(fileName) {
  const form = new FormData();
  form.append("image", new File(["bytes"], fileName, { type: "image/png" }));
  const request = new Request("http://127.0.0.1/", { method: "POST", body: form });
  const headers = Object.fromEntries(request.headers);
  const found = [];
  const parser = multipasta.make({
    headers,
    onField: ({ name, filename, contentType }) => found.push({ kind: "field", name, filename, contentType }),
    onFile: ({ name, filename, contentType }) => {
      found.push({ kind: "file", name, filename, contentType });
      return () => {};
    },
    onError: (error) => found.push({ kind: "error", error }),
    onDone: () => {},
  });
  parser.write(new Uint8Array(await request.arrayBuffer()));
  parser.end();
  return found;
}
const plain = await read("cat.png");
const accent = await read("é.png");
const chinese = await read("猫.png");
console.log("multipasta 0.2.8, a form with one file under the name image");
console.log(`cat.png: ${JSON.stringify(plain)}`);
console.log(`é.png:   ${JSON.stringify(accent)}`);
console.log(`猫.png:  ${JSON.stringify(chinese)}`);
const isRead = (found) => found.length === 1 && found[0].kind === "file" && found[0].name === "image";
const isNameless = (found) => found.length === 1 && found[0].kind === "field" && found[0].name === "";
const isSo = isRead(plain) && isRead(accent) && isNameless(chinese);
console.log(isSo ? "Unchanged: the part loses its name without an error." : "CHANGED: see above.");
process.exit(isSo ? 0 : 1);
JS
node probe.mjs
