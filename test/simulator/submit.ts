// POST /mweb/v1/aigc_draft/generate: checks the order, takes the credits, starts a job. The same
// submit_id again starts and bills a second job: what the real one does is unknown, and this reading
// makes a double submit visible.

import { accountScenarios, submitRefusalOf } from "./account-scenarios.ts";
import { type Account, balanceOf } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { proceed } from "./continue.ts";
import { type DraftOrder, readDraft } from "./draft.ts";
import { accepted, refused } from "./envelope.ts";
import { type Refusal, refusal } from "./errors.ts";
import type { Plan } from "./life.ts";
import { submitRecord } from "./record.ts";
import { clusters } from "./region.ts";
import { type Scenario, type SubmitTrouble, scenariosIn } from "./scenarios.ts";
import type { Settings } from "./settings.ts";
import { readSubmit } from "./submit-body.ts";
import type { Upload } from "./uploads.ts";
import { happensNow, type World } from "./world.ts";

export function submit(world: World, call: Call): Answer {
  const { account, facts } = call;
  const refuse = (reason: Refusal) => refused("mweb", reason, world.clock.realMs());

  const submitted = readSubmit(call);
  if (!submitted.ok) return refuse(submitted.refusal);
  const { submitId, draftContent, rootModel, whole, historyId } = submitted.body;
  if (historyId !== undefined) return proceed(world, account, { historyId, whole });

  const draft = readDraft(draftContent, { cluster: facts.cluster, rootModel });
  if (!draft.ok) return refuse(refusal(draft.ret, draft.detail));
  const { order } = draft;
  const inputs = inputsOf(world, account, order.inputUris);
  if (!inputs.ok) return refuse(inputs.refusal);

  const chosen = scenariosIn(order.prompt);
  if (!chosen.ok) return refuse(refusal("1000", `no scenario sim:${chosen.unknown}`));
  const scenarios = [...accountScenarios(account, inputs.uploads.length), ...chosen.scenarios];
  const troubles = scenarios.flatMap(({ submit }) => submit ?? []);
  if (troubles.some(({ kind }) => kind === "reset-before-once") && happensNow(world, `reset-once:${submitId}`))
    return { kind: "reset" };

  const plan = planOf(order, scenarios, world.settings);
  const cost = Math.min(plan.plannedImages, plan.imagesPerStage) * world.settings.creditsPerImage;
  const objection =
    submitRefusalOf(account) ?? troubleRefusal(world, troubles, submitId) ?? capacityRefusal(world, account, cost);
  if (objection) return refuse(objection);

  const job = world.jobs.start({
    ...order,
    submitId,
    account,
    draftContent,
    body: whole,
    inputs: inputs.uploads,
    plan,
    pictureTroubles: scenarios.flatMap(({ picture }) => picture ?? []),
    oddStatus: scenarios.some(({ oddStatus }) => oddStatus),
  });
  if (troubles.some(({ kind }) => kind === "reset-after")) return { kind: "reset" };
  const data = { aigc_data: submitRecord(world, job) };
  return accepted("mweb", data, world.clock.realMs());
}

/** Which code the real one has for a name it does not know is not known; 3020 was seen for a bad upload. */
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
      return { ok: false, refusal: refusal("3020", `${uri} is no finished upload of this account`) };
    uploads.push(upload);
  }
  return { ok: true, uploads };
}

function planOf(order: DraftOrder, scenarios: Scenario[], settings: Settings): Plan {
  const usual: Plan = {
    durationSeconds: settings.durationSeconds,
    queueSeconds: 0,
    visibleAfterSeconds: settings.visibilityDelaySeconds,
    plannedImages: order.count,
    // It follows the number of reference images where that is higher (reports of two clients, 2026-10).
    statedTotal: Math.max(order.count, order.inputUris.length),
    deliveredImages: order.count,
    failure: undefined,
    deletedAfterSeconds: undefined,
    imagesPerStage: settings.stallsAfter || Number.POSITIVE_INFINITY,
    continuedAtSeconds: [],
    stalledStatus: settings.stalledStatus,
    endless: false,
    standsStill: false,
    startsGenerating: false,
  };
  return scenarios.reduce((plan, { plan: bend }) => bend?.(plan) ?? plan, usual);
}

function troubleRefusal(world: World, troubles: SubmitTrouble[], submitId: string): Refusal | undefined {
  for (const trouble of troubles) {
    if (trouble.kind !== "refuse") continue;
    if (trouble.times === "always" || happensNow(world, `refused-${trouble.refusal.ret}:${submitId}`))
      return trouble.refusal;
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
