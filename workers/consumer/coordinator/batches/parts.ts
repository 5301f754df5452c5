/** The batches of a coordinator, and their views. */
import type { Kept } from "#consumer/coordinator/kept.ts";
import { policyFrom } from "#consumer/coordinator/policy.ts";
import type { Webhooks } from "#consumer/coordinator/webhooks/webhooks.ts";
import { Batches } from "./batches.ts";
import { BatchViews } from "./views.ts";

type Given = { kept: Kept; webhooks: Webhooks; config: Parameters<typeof policyFrom>[0] };

export function batchParts({ kept: { live, known }, webhooks, config }: Given) {
  const batches = new Batches(live.sql, webhooks, (session, pool) => known.insert(session, pool));
  return { batches, batchViews: new BatchViews(live.sql, known, batches, policyFrom(config)) };
}
