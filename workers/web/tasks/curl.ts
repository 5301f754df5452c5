/** The request of a task as a curl command, with a placeholder for the session or key. Pure. */
import type { Draft } from "#web/state/draft.ts";

type Asked = { path: string; json: Record<string, unknown> };

/** @param origin of the API, without a slash at the end. */
export function curlOf({ path, json }: Asked, images: Draft["images"], origin: string): string {
  const start = [`curl -s ${quoted(origin + path)}`, "-H 'Authorization: Bearer YOUR_SESSION_OR_KEY'"];
  // With `n` alone the API would wait for the images.
  if ("n" in json) start.push("-H 'Prefer: respond-async'");
  if (!images.some(({ kind }) => kind === "file")) {
    return [...start, "-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(json))}`].join(lineBreak);
  }
  const { images: _names, ...fields } = json;
  const texts = Object.entries(fields).map(([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`);
  const files = images.map((image) =>
    image.kind === "file"
      ? `-F ${quoted(`images=@"${image.name.replaceAll(/["\\]/g, "\\$&")}"`)}`
      : `--form-string ${quoted(`images=${image.url}`)}`,
  );
  return [...start, ...texts, ...files].join(lineBreak);
}

const lineBreak = " \\\n  ";

/** Quoted for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
