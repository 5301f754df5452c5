// A continue: the body of the submit again, with action 2 and the job's id, for the images beyond the first four
// (clients of 2026). The record stays the same. The upstream's answer to a continue of a job that is not stalled was
// never seen; 1000 is a guess.

import { type Account, balanceOf } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { submitRecord } from "./record.ts";
import type { World } from "./world.ts";

export function continueJob(
  world: World,
  account: Account,
  { historyId, whole }: { historyId: string; whole: string },
): Answer {
  const refuse = (detail: string, ret: "1000" | "1006" = "1000") =>
    refused("mweb", refusal(ret, detail), world.clock.realMs());
  const job = world.jobs.byHistoryId(historyId);
  if (!job || job.account !== account) return refuse("no such job");
  if (job.body !== whole) return refuse("the body is not that of the job's submit");
  const { isStalled, images } = world.jobs.snapshotOf(job);
  if (!isStalled) return refuse("the job is not stalled");
  const cost = Math.min(job.plan.imagesPerStage, job.plan.plannedImages - images) * job.creditsPerImage;
  const balance = balanceOf(account);
  if (balance < cost) return refuse(`${cost} credits needed, ${balance} left`, "1006");
  world.jobs.continueJob(job);
  return accepted("mweb", { aigc_data: submitRecord(world, job) }, world.clock.realMs());
}
