/** Why a task failed, in the page's language, with the hint and the next actions. */
import { useEffect } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { language, messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { isCloudModel } from "#web/state/models.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { pollTask } from "#web/state/task-updates.ts";
import { draftActions } from "./draft-actions.ts";
import { faultOf } from "./fault.ts";
import { isRepeatable, ownCodes, remedyFor } from "./remedies.ts";
import { remedyActions } from "./remedy-actions.ts";
import { retryOf } from "./retry-of.ts";

export function Failure({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { code, sentence, hint, upstream, quote } = faultOf(task);
  const isHintMissing = hint === null && phaseOf(task) === "failed";
  const spoken = language.value;
  // The server writes hints in the language of the request: after a change of language they are fetched again.
  useEffect(() => {
    if (isHintMissing) void pollTask(task.key).catch(() => undefined);
  }, [isHintMissing, spoken]);
  const retry = retryOf(task, code === "outcome_unknown");
  const helps = remedyActions(task, code, retry?.run ?? null);
  const isEditOffered = !remedyFor(code, task.refusal?.param).steps.some(
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
        {quote !== null && (
          <q lang="und" dir="auto">
            {quote}
          </q>
        )}
      </p>
      {code === "risk_control" && <p class="failure-hint">{messages(keyMessages).advice}</p>}
      <div class="failure-actions">
        {helps.map(({ label, icon, run }) => (
          <Button key={label} look="plain" icon={icon} onClick={run}>
            {label}
          </Button>
        ))}
        {retry && isRepeatable(code, task.view?.error_info?.retryable) && (
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
