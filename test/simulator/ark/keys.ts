// The API keys of Ark. A word in a key sets the scenario of its account. README.md lists them; a test compares the two.

import { type ArkCloud, arkClouds } from "./clouds.ts";
import { type ArkOutcome, type ArkRefusal, refuse } from "./refusals.ts";

export type ArkAccount = { key: string; cloud: ArkCloud; words: readonly ArkKeyWord[] };

/** `key`: refused on every call. `generate`: before the body is read. `model`: for every model. `limit`: after validation. */
type Stage = "key" | "generate" | "model" | "limit";

type KeyScenario = { stage: Stage; refusal: ArkRefusal; onlyWhileBusy?: boolean };

export const arkKeyWords = {
  flagged: {
    stage: "key",
    refusal: { status: 401, code: "InvalidAccountStatus", message: "The account is in an invalid state." },
  },
  overdue: {
    stage: "generate",
    refusal: {
      status: 403,
      code: "AccountOverdueError",
      message: "The request failed because your account has an overdue balance.",
    },
  },
  "notopen-service": {
    stage: "generate",
    refusal: {
      status: 403,
      code: "OperationDenied.ServiceNotOpen",
      message: "The service is not open for this account. Please open it first.",
    },
  },
  unopened: {
    stage: "model",
    refusal: {
      status: 404,
      code: "ModelNotOpen",
      message: "Your account has not activated the model. Please activate the model service in the Ark console page.",
    },
  },
  throttled: {
    stage: "limit",
    refusal: {
      status: 429,
      code: "ModelAccountIpmRateLimitExceeded",
      message: "The account has exceeded the images per minute (IPM) limit of this model.",
    },
  },
  trialover: {
    stage: "limit",
    refusal: {
      status: 429,
      code: "QuotaExceeded",
      message: "Your account has exhausted its free trial quota for the model. Please activate the paid service.",
    },
  },
  capped: {
    stage: "limit",
    refusal: {
      status: 429,
      code: "SetLimitExceeded",
      message: "Your account has reached the set inference limit, and the model service has been paused.",
    },
  },
  lowbalance: {
    stage: "limit",
    onlyWhileBusy: true,
    refusal: {
      status: 429,
      code: "InflightBatchsizeExceeded",
      message: "The account has too many requests in flight for its balance.",
    },
  },
} as const satisfies Record<string, KeyScenario>;

export type ArkKeyWord = keyof typeof arkKeyWords;

const minKeyLength = 20;
const maxKeyLength = 128;

export function readArkKey(authorization: string | null, cloud: ArkCloud): ArkOutcome<ArkAccount> {
  const [, key = ""] = /^Bearer ([^\s]+)$/.exec(authorization ?? "") ?? [];
  const [, ofCloud, text = ""] = /^demo-key-(cn|ap|eu)-([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(key) ?? [];
  const known = arkClouds.find((name) => name === ofCloud);
  if (known !== cloud || key.length < minKeyLength || key.length > maxKeyLength)
    return refuse({
      status: 401,
      code: "AuthenticationError",
      message: "The API key or AK/SK in the request is missing or invalid.",
    });
  const words = Object.keys(arkKeyWords).filter((word): word is ArkKeyWord =>
    // With or without a number after it, as in session words.
    new RegExp(`(^|-)${word}\\d*(-|$)`).test(text),
  );
  return { ok: true, value: { key, cloud, words } };
}

export function refusalAt(stage: Stage, { words }: ArkAccount, isBusy = false): ArkRefusal | undefined {
  const scenarios: KeyScenario[] = words.map((word) => arkKeyWords[word]);
  return scenarios.find((scenario) => scenario.stage === stage && (isBusy || !scenario.onlyWhileBusy))?.refusal;
}
