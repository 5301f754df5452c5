// Serves a job's pictures by their signed links, with the troubles its prompt asked for. No cookie and
// no other header is needed, as on the real picture hosts.

import type { Address } from "./address.ts";
import { type Answer, answerWith, plain } from "./answer.ts";
import { drawPicture } from "./drawing.ts";
import { truncated } from "./faults.ts";
import type { Job } from "./jobs.ts";
import type { Size } from "./models.ts";
import { openLink } from "./picture-links.ts";
import type { ClusterFacts } from "./region.ts";
import { happensNow, type World } from "./world.ts";

export async function picture(world: World, facts: ClusterFacts, address: Address): Promise<Answer> {
  const link = openLink(world, facts, address);
  if (!link.ok) return plain(link.status, link.reason);
  const found = world.jobs.byImageUri(link.hex);
  if (!found) return plain(404, "not found");
  const { job, index } = found;

  const has = (trouble: Job["pictureTroubles"][number]) => job.pictureTroubles.includes(trouble);
  if (has("500-once") && happensNow(world, `picture-500:${link.hex}`)) return plain(500, "internal error");

  const bytes = await drawPicture({
    size: fitted(job.size, link.boxPixels),
    seed: link.hex,
    lines: [
      job.prompt,
      `#${index + 1}/${job.plan.plannedImages} ${job.model.name} ${job.resolution}`,
      `${job.size.width}x${job.size.height} ${job.account.cluster}`,
    ],
  });
  const headers = {
    "content-type": "image/png",
    "cache-control": "public, max-age=31536000",
  };
  const response = has("no-length")
    ? new Response(streamOf(bytes), { headers })
    : new Response(bytes, {
        headers: { ...headers, "content-length": String(bytes.byteLength) },
      });
  if (has("truncated-once") && happensNow(world, `picture-cut:${link.hex}`))
    return answerWith(await truncated(response));
  return answerWith(response);
}

/** Into the box, never enlarged. */
function fitted(size: Size, boxPixels: number): Size {
  const longest = Math.max(size.width, size.height);
  if (boxPixels === 0 || boxPixels >= longest) return size;
  const scale = boxPixels / longest;
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
