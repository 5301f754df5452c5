// The effects of an account's scenario on its submits and jobs.

import type { Account } from "./accounts.ts";
import { codes } from "./codes.ts";
import { type Refusal, refusal } from "./errors.ts";
import { status } from "./life.ts";
import { failing, type Scenario } from "./scenarios.ts";

/** The refusal that every submit of the account gets. */
export function submitRefusalOf({ scenario, preferences }: Account): Refusal | undefined {
  if (!preferences.aigc_compliance_confirmed) return refusal("4010");
  switch (scenario) {
    case "risk":
      return refusal("-6");
    case "punished":
      return refusal("1018");
    case "limit":
      return refusal("121101");
    case "full":
      return refusal("1310");
    case "throttled":
      return refusal("2020");
    default:
      return undefined;
  }
}

/** Scenarios that apply to each job of the account. */
export function accountScenarios({ scenario }: Account, inputs: number): Scenario[] {
  if (scenario !== "picky" || inputs === 0) return [];
  const refused = { at: { seconds: 1 }, taskStatus: status.preCheckReject, failCode: "2039" };
  return [
    { effect: "refuses every reference image", plan: failing({ ...refused, failKey: codes["2039"]?.key ?? "" }) },
  ];
}
