/**
 * Failures of calls to Ark: a refusal, looked up in the table of refusals.ts, or a lost answer. The code decides, never
 * the field `type`, which is often empty (measured by one client, 2026-09). Pure.
 */
import type { TaskError } from "#shared/errors.ts";
import { redact } from "#shared/log.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import type { ArkRefusal } from "./known-refusal.ts";
import { maxLoggedCharacters, maxShownCharacters } from "./limits.ts";
import { knownArkRefusals } from "./refusals.ts";

/** `error` of an answer, as received. `status`: of the whole answer; null: the refusal is a part of an answer. */
export type Refusal = { status: number | null; code: string; text: string; retryAfterSeconds: number | null };

/** The failure of a refused call or image. Nothing was charged for it. */
export function refusal(received: Refusal): UpstreamFailure {
  const row = rowOf(received);
  const { verdict, code, message, hint, retryable } = row;
  const upstream = {
    ...(/^[\w.-]{1,80}$/.test(received.code) && { ret: received.code }),
    ...(row.isVague && received.text !== "" && { text: shown(received.text) }),
  };
  return {
    verdict,
    answered: true,
    error: { code, message, hint, retryable, ...(Object.keys(upstream).length > 0 && { upstream }) },
    retryAfterSeconds: verdict === "again" || verdict === "full" ? received.retryAfterSeconds : null,
    text: received.text,
  };
}

function rowOf({ status, code, text }: Refusal): ArkRefusal {
  // Whatever the code is: the cloud began and failed.
  if (status === 500) return rowNamed("InternalServiceError");
  for (let name = code.toLowerCase(); name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    const rows = knownArkRefusals.filter(({ codes }) => codes.some((one) => one.toLowerCase() === name));
    const row = rows.find(({ says }) => says?.test(text)) ?? rows.find(({ says }) => says === undefined);
    if (row !== undefined) return row;
  }
  // New names of the same refusals appear; these two statuses have one meaning each.
  if (status === 401) return rowNamed("AuthenticationError");
  if (status === 429) return { ...rowNamed("ServerOverloaded"), isVague: true };
  return unknownRefusal(code);
}

function rowNamed(code: string): ArkRefusal {
  const row = knownArkRefusals.find(({ codes }) => codes.includes(code));
  if (row === undefined) throw new Error(`no refusal has the code ${code}`);
  return row;
}

const unknownRefusal = (code: string): ArkRefusal => ({
  codes: [],
  verdict: "refused",
  code: "upstream_failed",
  retryable: true,
  message: `Ark answered with an error this server does not know${/^[\w.]{1,80}$/.test(code) ? ` (${code})` : ""}.`,
  hint: {
    en: "Send the request again; if it fails again, send the operator the cloud's code and text. Only delivered images are charged.",
    zh: "请重新发送请求；如果再次失败，请把云平台的代码和原文告诉管理员。只有交付的图片才收费。",
  },
  isVague: true,
  seen: "",
});

/** A text of the cloud for callers: without secrets and control characters, shortened. */
const shown = (text: string): string =>
  redact(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " "))
    .trim()
    .slice(0, maxShownCharacters);

/** A failure that this client states itself. */
const stated = (error: TaskError, text: string, own: Partial<UpstreamFailure> = {}): UpstreamFailure => ({
  verdict: "refused",
  answered: true,
  error,
  retryAfterSeconds: null,
  text,
  ...own,
});

/** The call was sent and its answer did not come, or not whole. @param what happened, as the end of a sentence. */
export const lostAnswer = (what: string, text: string): UpstreamFailure =>
  stated(
    { code: "outcome_unknown", message: `The paid call was sent to Ark, but ${what}: images may have been charged.` },
    text,
    { answered: false },
  );

/** A 4xx without Ark's error: from a gateway before it. */
export const gatewayRefusal = (status: number, text: string): UpstreamFailure =>
  status === 401
    ? refusal({ code: "AuthenticationError", text, status, retryAfterSeconds: null })
    : unknownGateway(status, text);

const unknownGateway = (status: number, text: string): UpstreamFailure =>
  stated(
    {
      code: "upstream_changed",
      message: `Ark's gateway refused the call in a form this server does not understand (HTTP ${status}).`,
      hint: {
        en: "Look for a newer version of this server. Nothing was generated or charged.",
        zh: "当前版本无法识别方舟网关的响应，请更新到新版本。没有生成图片，也没有计费。",
      },
      retryable: false,
    },
    `HTTP ${status} ${text}`,
  );

/** The call cannot be sent as it is. */
export const unsendable = (code: "model_not_available" | "body_too_large" | "invalid_value", message: string) =>
  stated({ code, message }, message, { verdict: code === "model_not_available" ? "session" : "refused" });

/** A reference image could not be opened before the call. */
export const unreadableInput = (text: string): UpstreamFailure =>
  stated({ code: "internal", message: "A reference image could not be read from this server's storage." }, text, {
    verdict: "again",
  });

/** A call that costs nothing had no readable answer. */
export const noAnswer = (code: "upstream_unreachable" | "upstream_changed", text: string): UpstreamFailure =>
  stated(
    {
      code,
      message:
        code === "upstream_unreachable"
          ? "Ark could not be reached or did not answer."
          : "Ark answered in a form this server does not understand.",
      hint: {
        en: "Send the request again; if it fails again, look for a newer version of this server.",
        zh: "请重新发送请求；如果再次失败，请更新到新版本。",
      },
    },
    text,
    { verdict: "again", answered: false },
  );

/** Removes the key from a failure, because the cloud may have repeated it, and shortens its text only then. */
export function redactKey(key: string, failure: UpstreamFailure): UpstreamFailure {
  const without = (text: string) => text.replaceAll(key, "[removed]");
  const { upstream } = failure.error;
  return {
    ...failure,
    text: without(failure.text).slice(0, maxLoggedCharacters),
    error: {
      ...failure.error,
      message: without(failure.error.message),
      ...(upstream && {
        upstream: {
          ...(upstream.ret !== undefined && { ret: without(upstream.ret) }),
          // From the whole text: the first shortening may have cut a key in two.
          ...(upstream.text !== undefined && { text: shown(without(failure.text)) }),
        },
      }),
    },
  };
}
