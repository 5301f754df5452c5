/**
 * Failures of upstream calls: a refusal, looked up in the table of refusals.ts, or no answer. A key counts before a
 * number, because some numbers have two meanings (4001, 2039). Sentences are ignored: 4013 has come with a text about
 * community guidelines. Pure.
 */
import type { TaskError } from "#shared/errors.ts";
import { redact } from "#shared/log.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import type { KnownRefusal } from "./known-refusal.ts";
import { maxShownCharacters } from "./limits.ts";
import { knownRefusals } from "./refusals.ts";
import { refusalFamilies } from "./refusals-of-content.ts";

/** Rows by number and by key, in lower case: a key has come in `fail_code` (1310), and keys vary in case. */
const known = new Map<string, KnownRefusal>(
  knownRefusals.flatMap((row) => [...row.codes, ...row.keys].map((name) => [name.toLowerCase(), row] as const)),
);

/**
 * A refusal in the upstream's fields, as received; empty ones count as absent. `name`: the name of a refusal that came
 * in a field for sentences.
 */
export type Refusal = { ret?: string; failCode?: string; key?: string; name?: string; text?: string };

/** The failure of a refused call. Nothing was started by it. */
export function refusal(received: Refusal): UpstreamFailure {
  const number = received.failCode || received.ret || "";
  const upstream = { ...(number !== "" && { ret: number }), ...(received.key && { key: received.key }) };
  const text = received.text ?? "";
  const row = rowOf(received);
  const answer = { answered: true, retryAfterSeconds: null, text };
  if (row === null) {
    const error = { ...unknownError(number), upstream: { ...upstream, ...(text !== "" && { text: shown(text) }) } };
    return { ...answer, verdict: "again", error };
  }
  const { verdict, code, message, hint, retryable } = row;
  // For bad-parameter errors the upstream's text is the only detail, so pass it on.
  const isVague = (code === "invalid_value" || code === "upstream_changed") && text !== "";
  const details = isVague ? { ...upstream, text: shown(text) } : upstream;
  return { ...answer, verdict, error: { code, message, hint, retryable, upstream: details } };
}

function rowOf({ ret, failCode, key, name }: Refusal): KnownRefusal | null {
  const [byKey, byFailCode, byRet] = [key, failCode, ret].map((value) => known.get((value ?? "").toLowerCase()));
  if (byRet?.isGate) return byRet;
  const byFamily = familyOf(key);
  // A number that names the refused part is more precise than a name that does not.
  const isVague = byFamily === vaguest && byFailCode?.class === "moderation";
  return (
    byKey ?? (isVague ? byFailCode : byFamily) ?? byFailCode ?? familyOf(failCode) ?? byRet ?? byName(name) ?? null
  );
}

/** New names of content refusals appear, all in a few families. */
const familyOf = (name: string | undefined): KnownRefusal | undefined =>
  refusalFamilies.find(({ pattern }) => pattern.test(name ?? ""))?.refusal;

/** The family that names no part of the request. */
const vaguest = refusalFamilies.at(-1)?.refusal;

const byName = (name: string | undefined): KnownRefusal | undefined =>
  known.get((name ?? "").toLowerCase()) ?? familyOf(name);

/** Whether a text is the name of a known refusal or family, not a sentence. */
export const isRefusalName = (text: string): boolean => /^[a-z]\w{3,}$/i.test(text) && byName(text) !== undefined;

const unknownError = (number: string): TaskError => ({
  code: "upstream_failed",
  message: `Dreamina answered with an error this server does not know${number === "" ? "" : ` (code ${number})`}.`,
  hint: {
    en: "Send the request again; if it fails again, generate one image by hand on the site with this account, and send the operator Dreamina's code and text.",
    zh: "请重新发送请求；如果再次失败，请用这个账号在网站上手动生成一张图片试试，并把即梦/Dreamina 的代码和原文告诉管理员。",
  },
  retryable: true,
});

/** A text of the upstream for callers: without sessions and control characters, shortened. */
const shown = (text: string): string =>
  redact(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " "))
    .trim()
    .slice(0, maxShownCharacters);

/** The failure under another code, with the hint of that code. */
export function withCode(failure: UpstreamFailure, code: TaskError["code"], message: string): UpstreamFailure {
  const { upstream } = failure.error;
  return { ...failure, verdict: "refused", error: { code, message, ...(upstream && { upstream }) } };
}

/**
 * The failure of a call without a readable answer: a lost connection, a timeout, a server error. It may have succeeded.
 */
export function noAnswer(code: "upstream_unreachable" | "upstream_changed", text: string): UpstreamFailure {
  const message =
    code === "upstream_unreachable"
      ? "Dreamina could not be reached or did not answer."
      : "Dreamina answered in a form this server does not understand.";
  return { verdict: "again", answered: false, error: { code, message }, retryAfterSeconds: null, text };
}

/** Removes the session from a failure: the upstream may have repeated it in its text. */
export function redactSession(sessionId: string, failure: UpstreamFailure): UpstreamFailure {
  const redact = (text: string) => text.replaceAll(sessionId, "[removed]");
  const { upstream } = failure.error;
  return {
    ...failure,
    text: redact(failure.text),
    error: {
      ...failure.error,
      message: redact(failure.error.message),
      ...(upstream && {
        upstream: {
          ...(upstream.ret !== undefined && { ret: redact(upstream.ret) }),
          ...(upstream.key !== undefined && { key: redact(upstream.key) }),
          // Shortened again from the whole text: the first shortening may have cut a session in two.
          ...(upstream.text !== undefined && { text: shown(redact(failure.text)) }),
        },
      }),
    },
  };
}

/** The failure of an HTTP 429. @param retryAfterSeconds from the answer; null without one. */
export function tooManyCalls(retryAfterSeconds: number | null): UpstreamFailure {
  const error: TaskError = { code: "rate_limited", message: "Dreamina asks to wait: too many calls at once." };
  return { verdict: "again", answered: true, error, retryAfterSeconds, text: "HTTP 429" };
}
