/**
 * The administrator's calls. Only the cookie authorizes them, which no script can read; a refused one means that the
 * session has ended.
 */
import { ApiError } from "#web/api/api-error.ts";
import { type Client, createClient } from "#web/api/client.ts";
import { locale } from "#web/messages/index.ts";
import { session } from "./session.ts";

export const client: Client = createClient({
  authorization: () => null,
  language: locale,
  cookies: "same-origin",
});

/** @throws ApiError */
export const call: Client["call"] = (path, init) => client.call<never>(path, init).catch(noteEnd);

/** For answers without a body that matters. @throws ApiError */
export const send = async (path: string, method: "POST" | "DELETE"): Promise<void> => {
  await client.request(path, { method }).catch(noteEnd);
};

function noteEnd(error: unknown): never {
  const isEnded = error instanceof ApiError && error.status === 401;
  if (isEnded && session.peek().state === "in") session.value = { state: "out", problem: { kind: "ended" } };
  throw error;
}
