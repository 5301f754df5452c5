/** Why something failed, in the page's language, with the server's hint and a button. */
import type { ApiError } from "#web/api/api-error.ts";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";

type ProblemProps = { title: string; error: ApiError; onAgain: () => void; isBusy: boolean };

export function Problem({ title, error, onAgain, isBusy }: ProblemProps) {
  // Nothing here has an id of its own: an older server lacks the route.
  const isMissing = error.status === 404;
  return (
    <div class="banner bad problem-row" role="alert">
      <Icon name="warning" size={18} />
      <div class="problem-text">
        <p>
          <strong>{title}</strong> {sentenceFor(isMissing ? "method_not_allowed" : error.code)}
        </p>
        {!isMissing && error.hint !== "" && <p class="problem-hint">{error.hint}</p>}
      </div>
      <Button icon="again" isBusy={isBusy} onClick={onAgain}>
        {messages(adminMessages).again}
      </Button>
    </div>
  );
}
