/** Why the prompts of the form cannot be sent, as a sentence. */
import { maxBatchRequests } from "#shared/wire/limits.ts";
import { maxPromptLength } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import type { ListProblem } from "#web/state/prompt-list.ts";

export function listProblemText(problem: ListProblem): string {
  const t = messages(batchMessages);
  switch (problem.kind) {
    case "template":
      return t.fault(problem.line, t.faults[problem.fault]);
    case "empty":
      return t.emptyLine(problem.line);
    case "long":
      return t.longLine(problem.line, problem.length, maxPromptLength);
    case "tooMany":
      return t.tooMany(problem.count, maxBatchRequests);
  }
}
