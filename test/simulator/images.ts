// Serves a job's pictures by their signed links, with the troubles its prompt asked for. No cookie and
// no other header is needed, as on the real picture hosts.

import type { Address } from "./address.ts";
import { type Answer, answerWith, html, plain } from "./answer.ts";
import { stalled, truncated } from "./broken-body.ts";
import { drawImage } from "./drawing.ts";
import { openLink } from "./image-links.ts";
import type { Job } from "./job.ts";
import type { Size } from "./models.ts";
import type { ClusterFacts } from "./region.ts";
import type { Upload } from "./uploads.ts";
import { isFirstTime, type World } from "./world.ts";

export async function serveImage(
  world: World,
  facts: ClusterFacts,
  asked: { address: Address; signal: AbortSignal },
): Promise<Answer> {
  const link = openLink(world, facts, asked.address);
  if (!link.ok) return plain(link.status, link.reason);
  const found = world.jobs.byImageUri(link.hex);
  if (!found) return plain(404, "not found");
  const { job } = found;

  const fault = job.pictureTroubles.find(
    (name) => name in firstFetchAnswers && isFirstTime(world, `picture-${name}:${link.hex}`),
  );
  const dots = world.settings.pictureDots;
  const bytes = await world.drawn.get(`${link.hex} ${link.boxPixels} ${dots}`, () => bytesOf(found, link, dots));
  const type = { "content-type": "image/png", "cache-control": "public, max-age=31536000" };
  const response = job.pictureTroubles.includes("no-length")
    ? new Response(streamOf(bytes), { headers: type })
    : new Response(bytes, { headers: { ...type, "content-length": String(bytes.byteLength) } });
  return fault ? firstFetchAnswers[fault as FirstFetchFault](response, asked.signal) : answerWith(response);
}

type FirstFetchFault = "500-once" | "403-once" | "html-once" | "empty-once" | "truncated-once" | "stalled-once";

/** What the first fetch of a picture hears. */
const firstFetchAnswers: Record<
  FirstFetchFault,
  (response: Response, signal: AbortSignal) => Answer | Promise<Answer>
> = {
  "500-once": () => plain(500, "internal error"),
  "403-once": () => plain(403, "forbidden"),
  "html-once": () => html(200, "Please wait"),
  "empty-once": ({ headers }) =>
    answerWith(new Response("", { headers: { ...Object.fromEntries(headers), "content-length": "0" } })),
  "truncated-once": async (response) => answerWith(await truncated(response)),
  "stalled-once": async (response, signal) => answerWith(await stalled(response, signal)),
};

function bytesOf(
  { job, index }: { job: Job; index: number },
  link: { hex: string; boxPixels: number },
  maxSideDots: number,
) {
  return drawImage({
    maxSideDots,
    size: fitted(job.size, link.boxPixels),
    seed: link.hex,
    lines: [
      job.prompt,
      `#${index + 1}/${job.plan.plannedImages} ${job.model.name} ${job.resolution}`,
      `${job.size.width}x${job.size.height} ${job.account.cluster}`,
      ...inputLines(job),
    ],
    ...(job.inputs.length > 0 && { comment: `inputs ${job.inputs.map(crcOf).join(" ")}` }),
  });
}

const maxInputsDrawn = 4;

/** What the picture was made from, so that one can see whether the right ones arrived in the right order. */
function inputLines({ inputs }: Job): string[] {
  if (inputs.length === 0) return [];
  const shown = inputs.slice(0, maxInputsDrawn).map((input) => {
    const head = input.stored?.head;
    return head ? `${crcOf(input)} ${head.width}x${head.height} ${head.format}` : crcOf(input);
  });
  const rest = inputs.length > maxInputsDrawn ? " ..." : "";
  return [`from ${inputs.length}: ${shown.join(", ")}${rest}`];
}

function crcOf({ stored }: Upload): string {
  return stored?.crc32 ?? "";
}

/** Into the box, never enlarged. */
function fitted(size: Size, boxPixels: number): Size {
  const longerSide = Math.max(size.width, size.height);
  if (boxPixels === 0 || boxPixels >= longerSide) return size;
  const scale = boxPixels / longerSide;
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** In a few pieces, so that a reader that expects one is found out. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const pieceBytes = 16_384;
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.byteLength) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(offset, offset + pieceBytes));
      offset += pieceBytes;
    },
  });
}
