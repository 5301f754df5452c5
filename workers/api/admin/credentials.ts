/** The credentials of the pool as the administrator adds and sees them. */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { sealCredential } from "#api/caller/caller.ts";
import { fromSetting, ownCredentials } from "#api/caller/keyholder.ts";
import type { AppEnv } from "#api/http/app.ts";
import { AppError, remedyOf, type TaskError } from "#shared/errors.ts";
import { type Language, languageOf } from "#shared/language.ts";
import { splitSessions } from "#shared/session-text.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import type { MemberState } from "#shared/task/pool.ts";
import { poolOwner } from "#shared/task/pool-owner.ts";
import type { CredentialEntry, NewCredential } from "#shared/task/registry.ts";
import { type Credential, formatCredential, readCredential } from "#shared/upstreams/index.ts";
import type { PoolCredential } from "#shared/wire/credentials.ts";
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
    const one = readCredential(text);
    if (one.ok) return one.value;
    throw new AppError("invalid_value", `credentials: session or key number ${index + 1} ${one.error}.`, "credentials");
  });
  return sealedAll(c, read, given);
}

/** Those of DEFAULT_CREDENTIALS or DEFAULT_SESSIONS, with a name that says so. */
export function settingCredentials(c: AdminContext): Promise<NewCredential[]> {
  const { name, texts } = ownCredentials(c.var.config);
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

/** The credentials as they are now, with what the coordinator of their tasks knows of them. */
export async function shownCredentials(c: AdminContext, entries: CredentialEntry[]): Promise<PoolCredential[]> {
  if (entries.length === 0) return [];
  const coordinator = coordinatorOf(c.env.COORDINATOR, await poolOwner(c.var.seal));
  const states = new Map((await coordinator.pool("states", null)).map((state) => [state.tag, state]));
  const language = languageOf(c.req.header("accept-language"));
  return entries.map((entry) => shown(entry, states.get(entry.tag) ?? null, language));
}

function shown(entry: CredentialEntry, state: MemberState | null, language: Language): PoolCredential {
  const { id, name, label, upstream, place, weight, isPaused, addedAt, checked, claimed } = entry;
  const refusal = state?.refusal ?? null;
  return {
    id,
    object: "credential",
    name,
    credential: label,
    upstream,
    place,
    weight,
    paused: isPaused,
    added_at: seconds(addedAt),
    health: healthOf(entry, state),
    out_until: state?.outUntil == null ? null : seconds(state.outUntil),
    running: state?.tasks ?? [],
    slots: state?.slots ?? 0,
    last_refusal: refusal && refusalOf(refusal.error, refusal.at, language),
    checked_at: checked && seconds(checked.at),
    alive: checked?.isAlive ?? null,
    credits: checked?.balance ?? null,
    check_error: checked?.error == null ? null : refusalOf(checked.error, checked.at, language),
    gift: claimed && {
      at: seconds(claimed.at),
      received: claimed.received,
      error: claimed.error && refusalOf(claimed.error, claimed.at, language),
    },
  };
}

/** The later of a task's refusal and a check decides whether it is alive. */
function healthOf({ isPaused, checked }: CredentialEntry, state: MemberState | null): PoolCredential["health"] {
  if (isPaused) return "paused";
  const refusal = state?.outUntil == null ? null : state.refusal;
  const isCheckLater = checked !== null && checked.at > (refusal?.at ?? 0);
  if (isCheckLater && checked.isAlive === false) return "expired";
  if (isCheckLater && checked.balance?.total === 0) return "no_credits";
  if (refusal !== null && state?.outUntil != null) {
    if (refusal.error.code === "session_expired" || refusal.error.code === "key_refused") return "expired";
    return refusal.error.code === "insufficient_credits" ? "no_credits" : "cooling";
  }
  return state !== null && state.jobs >= state.slots ? "busy" : "ready";
}

const refusalOf = (error: TaskError, at: number, language: Language) => ({
  at: seconds(at),
  code: error.code,
  message: error.message,
  hint: remedyOf(error).hint[language],
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
