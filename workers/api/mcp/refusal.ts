/** A refusal of the API as a tool says it. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { log } from "#shared/log.ts";
import type { ErrorBody } from "#shared/wire/error.ts";

export class Refusal extends Error {
  readonly error: Pick<ErrorBody["error"], "message" | "hint" | "code">;

  constructor(error: Refusal["error"]) {
    super(error.message);
    this.error = error;
  }
}

/** @throws Refusal for every answer but 2xx. */
export async function answered<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Refusal(((await answer.json()) as ErrorBody).error);
  return (await answer.json()) as T;
}

/** What happened, what to do next, and the code. */
export const refused = ({ message, hint, code }: Refusal["error"]): CallToolResult => ({
  isError: true,
  content: [{ type: "text", text: `${message} ${hint} (${code})` }],
});

const unexpected = {
  message: "The server met an unexpected fault; it is not known whether the call was carried out.",
  hint: "Look with list_tasks before you try again.",
  code: "internal",
} as const;

/** A fault that is no refusal goes to the log, not to the model. */
export async function sayingRefusals(run: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return refused(error.error);
    log("error", "tool_failed", { error });
    return refused(unexpected);
  }
}
