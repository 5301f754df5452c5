/** Why a task failed, in the page's language, with the hint and the next actions. */
import { useEffect } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { sentenceFor } from "#web/messages/errors.ts";
import { language, messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { isCloudModel } from "#web/state/models.ts";
import { languageOfHint, phaseOf, type Task } from "#web/state/task.ts";
import { pollTask } from "#web/state/task-updates.ts";
import { draftActions } from "./draft-actions.ts";
import { ownCodes, remedyFor } from "./remedies.ts";
import { remedyActions } from "./remedy-actions.ts";
import { retryOf } from "./retry-of.ts";

export function Failure({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { code, sentence, hint, upstream } = faultOf(task);
  const isHintMissing = hint === null && phaseOf(task) === "failed";
  const spoken = language.value;
  // The server writes hints in the language of the request: after a change of language they are fetched again.
  useEffect(() => {
    if (isHintMissing) void pollTask(task.key).catch(() => undefined);
  }, [isHintMissing, spoken]);
  const retry = retryOf(task, code === "outcome_unknown");
  const helps = remedyActions(task, code, retry?.run ?? null);
  const isRepeatable = remedyFor(code).repeats || task.view?.error_info?.retryable === true;
  const isEditOffered = !remedyFor(code).steps.some(
    (step) => step === "prompt" || step === "model" || step === "image",
  );
  const { edit } = draftActions(task);
  return (
    <div class={`failure ${code === "cancelled" ? "calm" : ""}`}>
      <p class="failure-sentence">
        <Icon name={code === "cancelled" ? "stop" : "warning"} size={18} />
        <span>{sentence}</span>
      </p>
      {hint !== null && <p class="failure-hint">{hint}</p>}
      <p class="failure-code">
        <Code code={code} />
        {upstream !== null && <span>{isOfCloud(task) ? t.cloudCode(upstream) : t.upstreamCode(upstream)}</span>}
      </p>
      {code === "risk_control" && <p class="failure-hint">{messages(keyMessages).advice}</p>}
      <div class="failure-actions">
        {helps.map(({ label, icon, run }) => (
          <Button key={label} look="plain" icon={icon} onClick={run}>
            {label}
          </Button>
        ))}
        {retry && isRepeatable && (
          <Button look="plain" icon="again" onClick={retry.run}>
            {retry.label}
          </Button>
        )}
        {edit && isEditOffered && (
          <Button look="quiet" icon="sliders" onClick={edit.run}>
            {edit.label}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The code, with a link to its explanation where the API has it, too. */
function Code({ code }: { code: string }) {
  if (ownCodes.some((own) => own === code)) return <code>{code}</code>;
  return (
    <a href={`/docs?lang=${language.value}#errors-${code}`}>
      <code>{code}</code>
    </a>
  );
}

const isOfCloud = ({ view, draft }: Task): boolean => isCloudModel(view?.model ?? draft?.model ?? "");

type Fault = { code: string; sentence: string; hint: string | null; upstream: string | null };

function faultOf(task: Task): Fault {
  const { view, refusal, hints } = task;
  const spoken = language.value;
  if (refusal !== null) {
    const { code, message, hint } = refusal;
    const isReadable = hint !== "" && languageOfHint(hint) === spoken;
    return { code, sentence: sentenceOf(code, message), hint: isReadable ? hint : null, upstream: null };
  }
  const code = view?.error_code ?? "internal";
  const upstream = view?.error_info?.upstream;
  const known = upstream?.ret ?? upstream?.key ?? null;
  return { code, sentence: sentenceOf(code, view?.error ?? ""), hint: hints[spoken] ?? null, upstream: known };
}

/** The server's messages are more exact than the page's sentences, but only English. */
function sentenceOf(code: string, message: string): string {
  const t = messages(taskMessages);
  if (code === "files_lost" || code === "maybe_made") return t.refusals[code];
  return t.showsMessages && message !== "" && !hasOwnSentence.has(code) ? message : sentenceFor(code);
}

/** Codes whose messages are about requests and headers: the page shows its own sentence. */
const hasOwnSentence: ReadonlySet<string> = new Set([
  "offline",
  "unreadable",
  "cancelled",
  "unauthorized",
  "missing_value",
]);
