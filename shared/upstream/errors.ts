/**
 * What an answer of the upstream means: a refusal, looked up in the table of refusals.ts, or no answer at all. A key
 * comes before a number, because the same number has been seen with two meanings (4001, 2039). A sentence decides nothing:
 * under 4013 the upstream has spoken of community guidelines. Pure.
 */
import type { TaskError } from "#shared/errors.ts";
import { redact } from "#shared/log.ts";
import type { KnownRefusal, Verdict } from "./known-refusal.ts";
import { knownRefusals, refusalFamilies } from "./refusals.ts";

export type UpstreamFailure = {
  verdict: Verdict;
  /** Whether the upstream itself said no. False: its answer was lost or unreadable, and it may have done the work. */
  answered: boolean;
  error: TaskError;
  retryAfterSeconds: number | null;
  /** The upstream's own words in full, for the log only. */
  text: string;
};

/** By number and by key alike: a key has stood in `fail_code` (1310). Keys are spelt in more than one case. */
const known = new Map<string, KnownRefusal>(
  knownRefusals.flatMap((row) => [...row.codes, ...row.keys].map((name) => [name.toLowerCase(), row] as const)),
);

/**
 * A refusal in the upstream's own terms. All fields as received; empty ones count as absent. `name`: the name of a refusal
 * that stood where words usually stand.
 */
export type Refusal = { ret?: string; failCode?: string; key?: string; name?: string; text?: string };

/** The upstream said no, and meant it: nothing was started by this call. */
export function refusal(said: Refusal): UpstreamFailure {
  const number = said.failCode || said.ret || "";
  const upstream = { ...(number !== "" && { ret: number }), ...(said.key && { key: said.key }) };
  const text = said.text ?? "";
  const row = rowOf(said);
  const answer = { answered: true, retryAfterSeconds: null, text };
  if (row === null) {
    const error = { ...unknownError(number), upstream: { ...upstream, ...(text !== "" && { text: shown(text) }) } };
    return { ...answer, verdict: "again", error };
  }
  const { verdict, code, message, hint, retryable } = row;
  // Of what was wrong with a value or a call the upstream's own words are all there is.
  const isVague = (code === "invalid_value" || code === "upstream_changed") && text !== "";
  const told = isVague ? { ...upstream, text: shown(text) } : upstream;
  return { ...answer, verdict, error: { code, message, hint, retryable, upstream: told } };
}

function rowOf({ ret, failCode, key, name }: Refusal): KnownRefusal | null {
  const [byKey, byFailCode, byRet] = [key, failCode, ret].map((said) => known.get((said ?? "").toLowerCase()));
  if (byRet?.isGate) return byRet;
  const byFamily = familyOf(key);
  // A number that names what was refused says more than a name that does not.
  const isVague = byFamily === vaguest && byFailCode?.class === "moderation";
  return (
    byKey ?? (isVague ? byFailCode : byFamily) ?? byFailCode ?? familyOf(failCode) ?? byRet ?? byName(name) ?? null
  );
}

/** Contents are refused under ever new names of a few families. */
const familyOf = (name: string | undefined): KnownRefusal | undefined =>
  refusalFamilies.find(({ pattern }) => pattern.test(name ?? ""))?.refusal;

/** It names no part of the request. */
const vaguest = refusalFamilies.at(-1)?.refusal;

const byName = (name: string | undefined): KnownRefusal | undefined =>
  known.get((name ?? "").toLowerCase()) ?? familyOf(name);

/** Whether a text is no sentence but the name of a refusal that is known, exactly or by its family. */
export const isRefusalName = (text: string): boolean => /^[a-z]\w{3,}$/i.test(text) && byName(text) !== undefined;

const unknownError = (number: string): TaskError => ({
  code: "upstream_failed",
  message: `Dreamina answered with an error this server does not know${number === "" ? "" : ` (code ${number})`}.`,
  hint: {
    en: "Send the request again; if it fails again, generate one image by hand on the site with this account, and tell the operator what stands in error_info.upstream.",
    zh: "请重新发送请求；如果再次失败，请用这个账号在网站上手动生成一张图片试试，并把 error_info.upstream 的内容告诉管理员。",
  },
  retryable: true,
});

/** Enough for a sentence or two; a page of HTML is not worth showing. */
const maxShown = 200;

/** Words of the upstream as a caller may see them: without sessions, without control characters, and short. */
const shown = (text: string): string =>
  redact(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " "))
    .trim()
    .slice(0, maxShown);

/** The same failure under another code, where something else tells more; its hint is that code's own. */
export function recast(failure: UpstreamFailure, code: TaskError["code"], message: string): UpstreamFailure {
  const { upstream } = failure.error;
  return { ...failure, verdict: "refused", error: { code, message, ...(upstream && { upstream }) } };
}

/** No verdict came back: a lost connection, a time-out, a server error. The upstream may or may not have acted. */
export function unanswered(code: "upstream_unreachable" | "upstream_changed", text: string): UpstreamFailure {
  const message =
    code === "upstream_unreachable"
      ? "Dreamina could not be reached or did not answer."
      : "Dreamina answered in a form this server does not understand.";
  return { verdict: "again", answered: false, error: { code, message }, retryAfterSeconds: null, text };
}

/** The failure without the session, should the upstream have repeated it in its words. */
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
          // Shortened from the whole text: a session may have been cut in two.
          ...(upstream.text !== undefined && { text: shown(redact(failure.text)) }),
        },
      }),
    },
  };
}

/** HTTP 429. @param retryAfterSeconds the upstream's own wish, if it named one. */
export function tooManyCalls(retryAfterSeconds: number | null): UpstreamFailure {
  const error: TaskError = { code: "rate_limited", message: "Dreamina asks to wait: too many calls at once." };
  return { verdict: "again", answered: true, error, retryAfterSeconds, text: "HTTP 429" };
}
