/** What a failed task says, in the page's language, to people: without names of routes, headers and fields. */
import { sentenceFor } from "#web/messages/errors.ts";
import { language, messages } from "#web/messages/index.ts";
import { remedyMessages } from "#web/messages/remedies.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { languageOfHint, type Task } from "#web/state/task.ts";
import { imageAtFault, withoutImageName } from "./image-at-fault.ts";

type Fault = {
  code: string;
  sentence: string;
  hint: string | null;
  /** The code of Dreamina or the cloud. */
  upstream: string | null;
  /** The words of Dreamina or the cloud, where its code is vague. */
  quote: string | null;
};

export function faultOf({ view, refusal, hints }: Task): Fault {
  const spoken = language.value;
  if (refusal !== null) {
    const { code, message, hint } = refusal;
    const isReadable = hint !== "" && languageOfHint(hint) === spoken && !areHintsForPrograms.has(code);
    return { code, sentence: sentenceOf(code, message), hint: isReadable ? hint : null, upstream: null, quote: null };
  }
  const code = view?.error_code ?? "internal";
  const { ret, key, text } = view?.error_info?.upstream ?? {};
  return {
    code,
    sentence: sentenceOf(code, view?.error ?? ""),
    hint: hints[spoken] ?? null,
    upstream: ret ?? key ?? null,
    quote: text ?? null,
  };
}

/** The server's messages are more exact than the page's sentences, but only English. */
function sentenceOf(code: string, message: string): string {
  const t = messages(taskMessages);
  if (code === "files_lost" || code === "maybe_made") return t.refusals[code];
  if (!t.showsMessages || message === "" || areMessagesForPrograms.has(code)) return sentenceFor(code);
  const place = imageAtFault(message);
  return place === null ? message : `${messages(remedyMessages).namedImage(place + 1)}${withoutImageName(message)}`;
}

/** Codes whose messages are about requests and headers: the page shows its own sentence. */
const areMessagesForPrograms: ReadonlySet<string> = new Set([
  ...["offline", "unreadable", "cancelled", "unauthorized", "missing_value", "invalid_json", "unsupported_media_type"],
  ...["method_not_allowed", "not_found", "idempotency_conflict", "precondition_failed", "range_not_satisfiable"],
]);

/** Codes of refused requests whose hints are about requests and headers. */
export const areHintsForPrograms: ReadonlySet<string> = new Set([
  ...areMessagesForPrograms,
  ...["invalid_value", "body_too_large"],
]);
