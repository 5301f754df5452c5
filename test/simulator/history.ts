// The two look-ups, get_history_by_ids and get_history_queue_info. Answers are keyed by the ids of the request; unknown
// ids, other accounts' ids and jobs that are not visible yet are left out.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import type { Job } from "./job.ts";
import { historyRecord, queueRecord } from "./record.ts";
import { anything, flag, list, object, read, text } from "./shape.ts";
import type { World } from "./world.ts";

/** The upstream's limit is unknown; this one catches runaway requests. */
const maxIds = 500;
const ids = list(text, { min: 0, max: maxIds });

const historyBody = object(
  {},
  // image_info asks for resized WebP copies; the simulator ignores it and returns originals.
  { submit_ids: ids, history_ids: ids, image_info: anything, need_batch: flag },
);
const queueBody = object({ history_ids: ids }, {});

export function history(world: World, call: Call): Answer {
  const outcome = read(historyBody, call.body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const { submit_ids = [], history_ids = [] } = outcome.value;
  if (submit_ids.length + history_ids.length === 0) return invalid(world, "neither submit_ids nor history_ids");
  const found = [
    ...lookUp(world, call, submit_ids, world.jobs.bySubmitId),
    ...lookUp(world, call, history_ids, world.jobs.byHistoryId),
  ];
  const records = found.map(([id, job]) => [id, historyRecord(world, job, call.address)]);
  return accepted("mweb", Object.fromEntries(records), world.clock.realMs());
}

export function queue(world: World, call: Call): Answer {
  const outcome = read(queueBody, call.body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const found = lookUp(world, call, outcome.value.history_ids, world.jobs.byHistoryId);
  const records = found.map(([id, job]) => [id, queueRecord(world, job)]);
  return accepted("mweb", Object.fromEntries(records), world.clock.realMs());
}

function lookUp(
  world: World,
  { account }: Call,
  wanted: string[],
  find: (id: string) => Job | undefined,
): [string, Job][] {
  world.jobs.settle();
  return wanted.flatMap((id): [string, Job][] => {
    const job = find(id);
    if (!job || job.account !== account || !world.jobs.isVisible(job)) return [];
    return [[id, job]];
  });
}

function invalid(world: World, detail: string): Answer {
  return refused("mweb", refusal("1000", detail), world.clock.realMs());
}
