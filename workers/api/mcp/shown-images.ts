/** The images themselves, small, for a model that can see. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { maxShownBytes } from "#api/limits.ts";
import { base64Of } from "#shared/base64.ts";
import type { TaskView } from "#shared/wire/task.ts";
import type { OwnApi } from "./own-api.ts";

/** As many as clients take in one result; the last block says how many were left out. */
export async function shownImages(api: OwnApi, { id, images = [] }: TaskView): Promise<CallToolResult["content"]> {
  const shown: CallToolResult["content"] = [];
  let left = maxShownBytes;
  for (const link of images) {
    const path = `/images/${id}/${placeOf(link)}`;
    const small = await api(`${path}/small`);
    const answer = small.status === 302 ? await api(path) : small;
    const bytes = answer.ok ? Number(answer.headers.get("content-length")) : Number.POSITIVE_INFINITY;
    if (answer.body === null || bytes > left) {
      await answer.body?.cancel();
      continue;
    }
    left -= bytes;
    let data = "";
    for await (const piece of base64Of(answer.body)) data += piece;
    shown.push({ type: "image", data, mimeType: answer.headers.get("content-type") ?? "image/png" });
  }
  const missing = images.length - shown.length;
  if (missing > 0) shown.push({ type: "text", text: `Images too large to be shown here, open the links: ${missing}.` });
  return shown;
}

/** Of `…/images/{task}/2.png`: 2. */
const placeOf = (link: string): string => /\/(\d+)[^/]*$/.exec(link)?.[1] ?? "0";
