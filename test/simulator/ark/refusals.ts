// Refusals of Ark and their answers: `{"error": {code, message, param, type}}`, where the message ends in the request id.

import { type Answer, json, withHeaders } from "#test/simulator/answer.ts";

export type ArkRefusal = { status: number; code: string; message: string; param?: string };

export type ArkOutcome<T> = { ok: true; value: T } | { ok: false; refusal: ArkRefusal };

const types: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  413: "BadRequest",
  429: "TooManyRequests",
  500: "InternalServerError",
};

export function arkRefused(refusal: ArkRefusal, requestId: string, headers: Record<string, string> = {}): Answer {
  const body = json({ error: arkError(refusal, requestId) }, refusal.status);
  return withHeaders(body, { "x-request-id": requestId, ...headers });
}

export function arkError({ status, code, message, param = "" }: ArkRefusal, requestId: string) {
  return { code, message: `${message} Request id: ${requestId}`, param, type: types[status] ?? "" };
}

export function refuse(refusal: ArkRefusal): { ok: false; refusal: ArkRefusal } {
  return { ok: false, refusal };
}

export function invalid(param: string, problem: string, code = "InvalidParameter"): ArkRefusal {
  return {
    status: 400,
    code,
    message: `The parameter \`${param}\` specified in the request is not valid: ${problem}.`,
    param,
  };
}

export function missing(param: string): ArkRefusal {
  return {
    status: 400,
    code: "MissingParameter",
    message: `The request failed because it is missing the \`${param}\` parameter.`,
    param,
  };
}
