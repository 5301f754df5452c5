/** Credentials that the administrator adds to the pool: read and sealed. */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { sealCredential } from "#api/caller/caller.ts";
import { fromSetting, ownCredentials } from "#api/caller/keyholder.ts";
import { isOwnKey } from "#api/caller/own-key.ts";
import type { AppEnv } from "#api/http/app.ts";
import { AppError } from "#shared/errors.ts";
import { splitSessions } from "#shared/session-text.ts";
import type { NewCredential } from "#shared/task/registry.ts";
import { type Credential, formatCredential, readCredential } from "#shared/upstreams/index.ts";
import { maxCredentialsAdded } from "#shared/wire/limits.ts";

type AdminContext = Context<AppEnv>;
type Given = {
  credentials: string;
  name?: string | undefined;
  weight?: number | undefined;
  paused?: boolean | undefined;
};

/** @throws AppError `invalid_value` for a text that is not made of sessions and keys. */
export function newCredentials(c: AdminContext, given: Given): Promise<NewCredential[]> {
  const texts = splitSessions(given.credentials);
  if (texts.length === 0 || texts.length > maxCredentialsAdded) {
    throw new AppError(
      "invalid_value",
      `credentials holds ${texts.length} sessions and keys; it must hold 1 to ${maxCredentialsAdded}.`,
      "credentials",
    );
  }
  const read = texts.map((text, index) => {
    if (isOwnKey(text)) throw ownKey(`credentials: number ${index + 1}`);
    const one = readCredential(text);
    if (one.ok) return one.value;
    throw new AppError("invalid_value", `credentials: session or key number ${index + 1} ${one.error}.`, "credentials");
  });
  return sealedAll(c, read, given);
}

const ownKey = (what: string): AppError =>
  new AppError("invalid_value", `${what} is a key of this server, not a session or a key of a cloud.`, "credentials");

/** Those of DEFAULT_CREDENTIALS or DEFAULT_SESSIONS, with a name that says so. */
export function settingCredentials(c: AdminContext): Promise<NewCredential[]> {
  const { name, texts } = ownCredentials(c.var.config);
  if (texts.length === 0) {
    throw new AppError("invalid_value", "Neither DEFAULT_CREDENTIALS nor DEFAULT_SESSIONS has anything to take over.");
  }
  const read = texts.map((text, index) => fromSetting(text, index, name));
  return sealedAll(c, read, { name });
}

function sealedAll(c: AdminContext, read: Credential[], { name = "", weight = 1, paused = false }: Partial<Given>) {
  const { seal } = c.var;
  return Promise.all(
    read.map(async (credential): Promise<NewCredential> => {
      const tag = await seal.tag("session", formatCredential(credential));
      const sealed = await sealCredential({ credential, tag }, seal);
      return { ...sealed, id: `cred_${nanoid()}`, place: credential.place, name, weight, isPaused: paused };
    }),
  );
}
