// Calls about existing images: a new link by uri (get_image_by_uri) and the removal of jobs (remove_history). Images
// and jobs of other accounts count as unknown.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { imageLink } from "./image-links.ts";
import { list, object, read, text } from "./shape.ts";
import type { World } from "./world.ts";

const maxNames = 100;
const names = list(text, { min: 1, max: maxNames });
const urisBody = object({ uris: names }, {});
const removeBody = object({ id_list: names }, {});

export function imageByUri(world: World, { account, address, body }: Call): Answer {
  const outcome = read(urisBody, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const found = outcome.value.uris.flatMap((uri) => {
    const image = world.jobs.byImageUri(uri.split("/").at(-1) ?? "");
    if (image?.job.account !== account) return [];
    const { width, height } = image.job.size;
    const image_url = imageLink(world, { ...image, boxPixels: 0, address });
    return [[uri, { image_uri: uri, image_url, width, height, format: "png" }]];
  });
  return accepted("mweb", { uri2image: Object.fromEntries(found) }, world.clock.realMs());
}

export function remove(world: World, { account, body }: Call): Answer {
  const outcome = read(removeBody, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const jobs = outcome.value.id_list.map((id) => world.jobs.byHistoryId(id));
  for (const job of jobs) {
    if (job?.account !== account) return invalid(world, "no such job");
  }
  for (const job of jobs) if (job) world.jobs.remove(job);
  return accepted("mweb", {}, world.clock.realMs());
}

function invalid(world: World, detail: string): Answer {
  return refused("mweb", refusal("1000", detail), world.clock.realMs());
}
