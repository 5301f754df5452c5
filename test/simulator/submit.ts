// POST /mweb/v1/aigc_draft/generate: checks the order, takes the credits, starts a job. The same
// submit_id again starts and bills a second job: what the real one does is unknown, and this reading
// makes a double submit visible.

import { type Account, balanceOf } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import { type DraftOrder, readDraft } from "./draft.ts";
import type { Call } from "./endpoints.ts";
import { accepted, refused } from "./envelope.ts";
import { type Refusal, refusal } from "./errors.ts";
import type { Plan } from "./life.ts";
import { submitRecord } from "./record.ts";
import { type Scenario, type SubmitTrouble, scenariosIn, submitRefusalOf } from "./scenarios.ts";
import type { Settings } from "./settings.ts";
import { isObject, number, object, type Read, read, text, uuid } from "./shape.ts";
import { happensNow, type World } from "./world.ts";

const body = object(
  {
    extend: object(
      { root_model: text },
      {
        workspace_id: number({
          min: 0,
          max: Number.MAX_SAFE_INTEGER,
          whole: true,
        }),
      },
    ),
    submit_id: uuid,
    draft_content: text,
    http_common_info: object({ aid: number({ min: 0, max: Number.MAX_SAFE_INTEGER }) }, {}),
  },
  { metrics_extra: text },
);

export function submit(world: World, call: Call): Answer {
  const { account } = call;
  const refuse = (reason: Refusal) => refused("mweb", reason, world.clock.realMs());

  const ordered = readOrder(call);
  if (!ordered.ok) return refuse(ordered.refusal);
  const { order, submitId, draftContent } = ordered;

  const chosen = scenariosIn(order.prompt);
  if (!chosen.ok) return refuse(refusal("1000", `no scenario sim:${chosen.unknown}`));
  const { scenarios } = chosen;
  const troubles = scenarios.flatMap(({ submit }) => submit ?? []);
  if (troubles.some(({ kind }) => kind === "reset-before-once") && happensNow(world, `reset-once:${submitId}`))
    return { kind: "reset" };

  const plan = planOf(order, scenarios, world.settings);
  const cost = plan.plannedImages * world.settings.creditsPerImage;
  const objection =
    submitRefusalOf(account.scenario) ??
    troubleRefusal(world, troubles, submitId) ??
    capacityRefusal(world, account, cost);
  if (objection) return refuse(objection);

  const job = world.jobs.start({
    ...order,
    submitId,
    account,
    draftContent,
    plan,
    pictureTroubles: scenarios.flatMap(({ picture }) => picture ?? []),
    oddStatus: scenarios.some(({ oddStatus }) => oddStatus),
  });
  if (troubles.some(({ kind }) => kind === "reset-after")) return { kind: "reset" };
  const data = { aigc_data: submitRecord(world, job) };
  return accepted("mweb", data, world.clock.realMs());
}

type Ordered =
  | { ok: true; order: DraftOrder; submitId: string; draftContent: string }
  | { ok: false; refusal: Refusal };

function readOrder({ facts, body: raw }: Call): Ordered {
  const refuse = (reason: Refusal): Ordered => ({ ok: false, refusal: reason });
  // Most often an object that was not turned into a string; it has a code of its own.
  if (isObject(raw) && raw.draft_content !== undefined && typeof raw.draft_content !== "string")
    return refuse(refusal("1002", "draft_content is not a string"));
  const outcome = read(body, raw, "body");
  if (!outcome.ok) return refuse(refusal("1000", outcome.complaint));
  const { extend, http_common_info, submit_id, draft_content, metrics_extra } = outcome.value;
  if (http_common_info.aid !== facts.aid) return refuse(refusal("1000", `http_common_info.aid is not ${facts.aid}`));
  if (facts.cluster !== "cn" && extend.workspace_id === undefined)
    return refuse(refusal("1000", "extend.workspace_id is missing"));
  const telemetry = telemetryComplaint(metrics_extra);
  if (telemetry) return refuse(refusal("1000", telemetry));

  const draft = readDraft(draft_content, {
    cluster: facts.cluster,
    rootModel: extend.root_model,
  });
  if (!draft.ok) return refuse(refusal(draft.ret, draft.detail));
  return {
    ok: true,
    order: draft.order,
    submitId: submit_id,
    draftContent: draft_content,
  };
}

/** Telemetry is not understood, but it and its scene list are JSON in strings. */
function telemetryComplaint(metrics: Read<typeof body>["metrics_extra"]): string | undefined {
  if (metrics === undefined) return undefined;
  try {
    const { sceneOptions } = JSON.parse(metrics);
    if (sceneOptions === undefined) return undefined;
    if (typeof sceneOptions === "string" && Array.isArray(JSON.parse(sceneOptions))) return undefined;
    return "metrics_extra.sceneOptions is not a JSON list in a string";
  } catch {
    return "metrics_extra is not JSON";
  }
}

function planOf(order: DraftOrder, scenarios: Scenario[], settings: Settings): Plan {
  const usual: Plan = {
    durationSeconds: settings.durationSeconds,
    queueSeconds: 0,
    visibleAfterSeconds: settings.visibilityDelaySeconds,
    plannedImages: order.count,
    deliveredImages: order.count,
    failure: undefined,
    deletedAfterSeconds: undefined,
    endless: false,
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
