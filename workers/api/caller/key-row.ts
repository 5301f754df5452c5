/** The row of one key in the answers about sessions: whether its cloud takes it. Clouds tell no balance. */
import type { Context } from "hono";
import type * as z from "zod";
import type { Result } from "#shared/result.ts";
import { type Credential, consoleOf, type UpstreamFailure } from "#shared/upstreams/index.ts";
import type { sessionCheckSchema } from "#shared/wire/sessions.ts";
import { keyNames, sessionErrorOf } from "./ask-sessions.ts";

/** @param models ids of the models that the cloud listed for it. */
export function keyRow(
  c: Context,
  key: Credential,
  models: Result<string[], UpstreamFailure>,
): z.infer<typeof sessionCheckSchema> {
  const names = keyNames(key);
  if (models.ok) {
    const message = `This key is alive. ${balanceText(key)}`;
    return { ...names, alive: true, answers_in: null, credits: null, message };
  }
  const { code, message, hint } = sessionErrorOf(c, names.session, models.error);
  const alive = code === "key_refused" ? false : null;
  return { ...names, alive, answers_in: null, credits: null, message, hint, error_code: code };
}

export const balanceText = (key: Credential): string => `Its balance cannot be asked for; ${consoleOf(key)} shows it.`;
