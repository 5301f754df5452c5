// POST /mweb/v1/aigc_draft/cancel_generate: ends a running job as failed and refunds it, as seen live for queued videos
// in 2026-03. Images are assumed to behave the same.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { object, read, text } from "./shape.ts";
import type { World } from "./world.ts";

const body = object({ history_id: text }, {});

export function cancel(world: World, call: Call): Answer {
  const refuse = (detail: string) => refused("mweb", refusal("1000", detail), world.clock.realMs());
  const outcome = read(body, call.body, "body");
  if (!outcome.ok) return refuse(outcome.problem);
  const job = world.jobs.byHistoryId(outcome.value.history_id);
  if (!job || job.account !== call.account) return refuse("no such job");
  // The upstream's answer for a finished job was never seen.
  if (!world.jobs.cancel(job)) return refuse("the job is over");
  return accepted("mweb", {}, world.clock.realMs());
}
