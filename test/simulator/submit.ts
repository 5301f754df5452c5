// POST /mweb/v1/aigc_draft/generate: checks the draft, charges the credits, starts a job. The same submit_id again
// starts and charges a second job: the upstream's behaviour is unknown, and this one makes a double submit visible.

import { accountScenarios, submitRefusalOf } from "./account-scenarios.ts";
import { type Account, balanceOf } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { continueJob } from "./continue.ts";
import { readDraft } from "./draft.ts";
import { accepted, refused } from "./envelope.ts";
import { type Refusal, refusal } from "./errors.ts";
import { planOf } from "./job-plan.ts";
import { submitRecord } from "./record.ts";
import { clusters } from "./region.ts";
import { type SubmitFault, scenariosIn } from "./scenarios.ts";
import { readSubmit } from "./submit-body.ts";
import type { Upload } from "./uploads.ts";
import { isFirstTime, type World } from "./world.ts";

export function submit(world: World, call: Call): Answer {
  const { account, facts } = call;
  const refuse = (reason: Refusal) => refused("mweb", reason, world.clock.realMs());

  const submitted = readSubmit(call);
  if (!submitted.ok) return refuse(submitted.refusal);
  const { submitId, draftContent, rootModel, whole, historyId } = submitted.body;
  if (historyId !== undefined) return continueJob(world, account, { historyId, whole });

  const draft = readDraft(draftContent, { cluster: facts.cluster, rootModel });
  if (!draft.ok) return refuse(refusal(draft.ret, draft.detail));
  const { order } = draft;
  const inputs = inputsOf(world, account, order.inputUris);
  if (!inputs.ok) return refuse(inputs.refusal);

  const chosen = scenariosIn(order.prompt);
  if (!chosen.ok) return refuse(refusal("1000", `no scenario sim:${chosen.unknown}`));
  const scenarios = [...accountScenarios(account, inputs.uploads.length), ...chosen.scenarios];
  const submitFaults = scenarios.flatMap(({ submit }) => submit ?? []);
  if (submitFaults.some(({ kind }) => kind === "reset-before-once") && isFirstTime(world, `reset-once:${submitId}`))
    return { kind: "reset" };

  const plan = planOf(order, scenarios, world.settings);
  const cost = Math.min(plan.plannedImages, plan.imagesPerStage) * world.settings.creditsPerImage;
  const refusalReason =
    submitRefusalOf(account) ?? scenarioRefusal(world, submitFaults, submitId) ?? capacityRefusal(world, account, cost);
  if (refusalReason) return refuse(refusalReason);

  const job = world.jobs.start({
    ...order,
    submitId,
    account,
    draftContent,
    body: whole,
    inputs: inputs.uploads,
    plan,
    pictureTroubles: scenarios.flatMap(({ image }) => image ?? []),
    oddStatus: scenarios.some(({ oddStatus }) => oddStatus),
  });
  if (submitFaults.some(({ kind }) => kind === "reset-after")) return { kind: "reset" };
  const data = { aigc_data: submitRecord(world, job) };
  return accepted("mweb", data, world.clock.realMs());
}

/** The upstream's code for an unknown uri was never seen; 3020 was seen for a bad upload. */
function inputsOf(
  world: World,
  { session, cluster }: Account,
  uris: string[],
): { ok: true; uploads: Upload[] } | { ok: false; refusal: Refusal } {
  const uploads: Upload[] = [];
  for (const uri of uris) {
    if (!uri.startsWith(`${clusters[cluster].bucket}/`))
      return { ok: false, refusal: refusal("1000", `${uri} is not in a bucket of ${cluster}`) };
    const upload = world.uploads.byUri(uri);
    if (!upload?.isCommitted || upload.session !== session)
      return { ok: false, refusal: refusal("3020", `${uri} is not a finished upload of this account`) };
    uploads.push(upload);
  }
  return { ok: true, uploads };
}

function scenarioRefusal(world: World, faults: SubmitFault[], submitId: string): Refusal | undefined {
  for (const fault of faults) {
    if (fault.kind !== "refuse") continue;
    if (fault.times === "always" || isFirstTime(world, `refused-${fault.refusal.ret}:${submitId}`))
      return fault.refusal;
  }
  return undefined;
}

function capacityRefusal(world: World, account: Account, cost: number): Refusal | undefined {
  const running = world.jobs.runningOf(account);
  if (running >= account.concurrency) return refusal("1310", `${running} of ${account.concurrency} jobs running`);
  const balance = balanceOf(account);
  if (balance < cost) return refusal("1006", `${cost} credits needed, ${balance} left`);
  return undefined;
}
