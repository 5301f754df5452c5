// The plan of a new job: the settings, changed by each of its scenarios in turn.

import { createHash } from "node:crypto";
import type { DraftOrder } from "./draft.ts";
import type { Plan } from "./life.ts";
import type { Scenario } from "./scenarios.ts";
import type { Settings } from "./settings.ts";

export function planOf(order: DraftOrder, scenarios: Scenario[], settings: Settings): Plan {
  const defaultPlan: Plan = {
    durationSeconds: settings.durationSeconds + settings.durationSpreadSeconds * shareOf(order.prompt),
    queueSeconds: 0,
    visibleAfterSeconds: settings.visibilityDelaySeconds,
    plannedImages: order.count,
    // The number of reference images, when that is higher (reports of two clients, 2026-10).
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
  return scenarios.reduce((plan, { plan: change }) => change?.(plan) ?? plan, defaultPlan);
}

/** A share from 0 up to, without, 1. */
function shareOf(text: string): number {
  return createHash("md5").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
