// The faults of a call, chosen by `ark:<name>` in its prompt. README.md lists them; a test compares the two.

import { createHash } from "node:crypto";
import type { ArkPictureFault } from "./ledger.ts";
import { type ArkOutcome, type ArkRefusal, invalid, refuse } from "./refusals.ts";

/** Before the call is accepted. */
export type EarlyFault = { kind: "refuse"; refusal: ArkRefusal; retryAfter?: boolean } | { kind: "drop" };
/** After the call is accepted; `needs` is the kind of call that can show it. */
export type LateFault =
  | { kind: "refuse-late"; refusal: ArkRefusal }
  | { kind: "html" | "hang" | "drop" | "drop-body" | "unreadable" }
  | { kind: "partial" | "no-completed" | "stream-error" | "stream-broken"; needs: "group" | "stream" };

type Marker = {
  effect: string;
  early?: EarlyFault;
  late?: LateFault;
  picture?: ArkPictureFault["name"];
};

const refusing = (status: number, code: string, message: string): Marker => ({
  effect: `${status} ${code}`,
  early: { kind: "refuse", refusal: { status, code, message } },
});

export const arkMarkers: Record<string, Marker> = {
  "429-ipm": refusing(
    429,
    "ModelAccountIpmRateLimitExceeded",
    "The images per minute limit of this model is exceeded.",
  ),
  "429-rpm": refusing(
    429,
    "ModelAccountRpmRateLimitExceeded",
    "The requests per minute limit of this model is exceeded.",
  ),
  "429-overloaded": refusing(429, "ServerOverloaded", "The service is currently unable to handle additional requests."),
  "429-burst": refusing(429, "RequestBurstTooFast", "The request rate has risen too fast."),
  "429-inflight": refusing(
    429,
    "InflightBatchsizeExceeded",
    "Too many requests are in flight for the account's balance.",
  ),
  "429-quota": refusing(429, "QuotaExceeded", "The free trial quota of this model is used up."),
  "429-capped": refusing(429, "SetLimitExceeded", "The spending limit set for this model is reached."),
  "400-parameter": refusing(400, "InvalidParameter", "A parameter specified in the request is not valid."),
  "400-text-moderated": refusing(
    400,
    "InputTextSensitiveContentDetected",
    "The input text may contain sensitive information.",
  ),
  "400-input-moderated": refusing(
    400,
    "InputImageSensitiveContentDetected",
    "The input image may contain sensitive information.",
  ),
  "400-output-moderated": {
    effect: "400 OutputImageSensitiveContentDetected after the duration; nothing charged",
    late: { kind: "refuse-late", refusal: moderated() },
  },
  "400-detection-error": refusing(
    400,
    "ContentSecurityDetectionError",
    "The content security check failed. Please retry.",
  ),
  "401": refusing(401, "AuthenticationError", "The API key in the request is missing or invalid."),
  "403-overdue": refusing(403, "AccountOverdueError", "Your account has an overdue balance."),
  "403-not-open": refusing(403, "OperationDenied.ServiceNotOpen", "The service is not open for this account."),
  "404-model": refusing(
    404,
    "InvalidEndpointOrModel.NotFound",
    "The model or endpoint does not exist or you do not have access to it.",
  ),
  "500": refusing(500, "InternalServiceError", "The service encountered an unexpected internal error."),
  "502-html": { effect: "accepted and charged, then 502 with an HTML page at once", late: { kind: "html" } },
  hang: { effect: "accepted and charged, never answered", late: { kind: "hang" } },
  "drop-before": { effect: "the connection is reset; not accepted, not charged", early: { kind: "drop" } },
  "drop-after": { effect: "accepted and charged, then the connection is reset at once", late: { kind: "drop" } },
  "drop-body": {
    effect: "accepted and charged, half of the body, then the connection breaks",
    late: { kind: "drop-body" },
  },
  unreadable: { effect: "accepted and charged, 200 with text that is not JSON", late: { kind: "unreadable" } },
  "link-403": { effect: "the links answer 403", picture: "link-403" },
  "link-truncated": { effect: "the links send half of the image and break", picture: "link-truncated" },
  "link-slow": { effect: "the links send half of the image, then nothing", picture: "link-slow" },
  "partial-group": {
    effect: "an error in place of the second image of a group",
    late: { kind: "partial", needs: "group" },
  },
  "no-completed": { effect: "a stream without the completed event", late: { kind: "no-completed", needs: "stream" } },
  "stream-error": {
    effect: "an error event after the first image; one image charged",
    late: { kind: "stream-error", needs: "stream" },
  },
  "stream-broken": {
    effect: "the stream breaks after the first image; all charged",
    late: { kind: "stream-broken", needs: "stream" },
  },
};

export type ChosenMarker = Marker & { name: string; isOnce: boolean };

/** An unknown name is an error: a misspelled marker must not pass silently. */
export function markersIn(prompt: string): ArkOutcome<ChosenMarker[]> {
  const chosen: ChosenMarker[] = [];
  for (const [, spelt = ""] of prompt.matchAll(/\bark:([a-z0-9]+(?:-[a-z0-9]+)*)/gi)) {
    const name = spelt.toLowerCase().replace(/-once$/, "");
    const marker = markerNamed(name);
    if (!marker) return refuse(invalid("prompt", `there is no marker ark:${spelt}`));
    chosen.push({ ...marker, name, isOnce: name !== spelt.toLowerCase() });
  }
  return { ok: true, value: chosen };
}

/** The first fault that applies. Of a once-only marker the first call with the same prompt gets it. */
export function takeFault<T>(
  chosen: readonly ChosenMarker[],
  pick: (marker: Marker) => T | undefined,
  { prompt, isFirstTime }: { prompt: string; isFirstTime: (key: string) => boolean },
): T | undefined {
  for (const marker of chosen) {
    const fault = pick(marker);
    if (fault === undefined) continue;
    if (!marker.isOnce || isFirstTime(`ark-${marker.name}:${md5(prompt)}`)) return fault;
  }
  return undefined;
}

export function moderated(): ArkRefusal {
  return {
    status: 400,
    code: "OutputImageSensitiveContentDetected",
    message: "The request failed because the output image may contain sensitive information.",
  };
}

function markerNamed(name: string): Marker | undefined {
  if (Object.hasOwn(arkMarkers, name)) return arkMarkers[name];
  const [, bare = ""] = /^(429-.+)-retry-after$/.exec(name) ?? [];
  const marker = Object.hasOwn(arkMarkers, bare) ? arkMarkers[bare] : undefined;
  if (marker?.early?.kind !== "refuse") return undefined;
  return { ...marker, early: { ...marker.early, retryAfter: true } };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
