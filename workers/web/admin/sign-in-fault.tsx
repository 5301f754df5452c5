/** Why this browser is not signed in, and what to do. */
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { type SignInProblem, session } from "./state/session.ts";
import { readSession } from "./state/sign-in.ts";

export function SignInFault() {
  const t = messages(adminMessages);
  const now = session.value;
  const problem = now.state === "out" ? now.problem : null;
  return (
    <div role="alert">
      {problem !== null && (
        <div class={`banner problem-row ${problem.kind === "ended" ? "" : "bad"}`}>
          <Icon name={problem.kind === "ended" ? "info" : "warning"} size={18} />
          <div class="problem-text">
            <Words problem={problem} />
          </div>
          {problem.kind === "fault" && (
            <Button icon="again" onClick={() => void readSession()}>
              {t.again}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Words({ problem }: { problem: SignInProblem }) {
  const t = messages(adminMessages);
  switch (problem.kind) {
    case "ended":
      return <p>{t.ended}</p>;
    case "fault":
      return <p>{sentenceFor(problem.error.code)}</p>;
    case "noAdministrator":
      return (
        <>
          <p>{t.noAdministrator}</p>
          <p class="problem-hint">
            <code>npm run deploy</code>
          </p>
        </>
      );
    case "wrongKey":
      return (
        <>
          <p>{t.wrongKey}</p>
          <p class="problem-hint">{t.lostKey}</p>
        </>
      );
  }
}
