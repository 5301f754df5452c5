// Serves the images of jobs by their signed links, with the image faults of the prompt. Needs no cookie or other
// header, as on the real image hosts.

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
  request: { address: Address; signal: AbortSignal },
): Promise<Answer> {
  const link = openLink(world, facts, request.address);
  if (!link.ok) return plain(link.status, link.reason);
  const found = world.jobs.byImageUri(link.hex);
  if (!found) return plain(404, "not found");
  const { job } = found;

  const isScaled = link.boxPixels > 0;
  const fault = isScaled
    ? undefined
    : job.pictureTroubles.find(
        (name) => name in firstFetchAnswers && isFirstTime(world, `picture-${name}:${link.hex}`),
      );
  const dots = world.settings.pictureDots;
  const bytes = await world.drawn.get(`${link.hex} ${link.boxPixels} ${dots}`, () => bytesOf(found, link, dots));
  const type = { "content-type": "image/png", "cache-control": "public, max-age=31536000" };
  const response = job.pictureTroubles.includes("no-length")
    ? new Response(streamOf(bytes), { headers: type })
    : new Response(bytes, { headers: { ...type, "content-length": String(bytes.byteLength) } });
  return fault ? firstFetchAnswers[fault as FirstFetchFault](response, request.signal) : answerWith(response);
}

type FirstFetchFault = "500-once" | "403-once" | "html-once" | "empty-once" | "truncated-once" | "stalled-once";

/** Answers to the first fetch of an image. */
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

/** The reference images, so that their order can be read from the image. */
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

/** Scales down to fit the box; never enlarges. */
function fitted(size: Size, boxPixels: number): Size {
  const longerSide = Math.max(size.width, size.height);
  if (boxPixels === 0 || boxPixels >= longerSide) return size;
  const scale = boxPixels / longerSide;
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** In several pieces, so that a reader that takes the first piece for all fails. */
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
