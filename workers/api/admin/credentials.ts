/** The credentials of the pool as the administrator sees them. */
import type { Context } from "hono";
import { findKey } from "#api/caller/known-keys.ts";
import type { AppEnv } from "#api/http/app.ts";
import { remedyOf, type TaskError } from "#shared/errors.ts";
import { type Language, languageOf } from "#shared/language.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import type { MemberState } from "#shared/task/pool.ts";
import type { CredentialEntry } from "#shared/task/registry.ts";
import type { PoolCredential } from "#shared/wire/credentials.ts";

/** The credentials as they are now, with what the coordinator of their tasks knows of them. */
export async function shownCredentials(c: Context<AppEnv>, entries: CredentialEntry[]): Promise<PoolCredential[]> {
  if (entries.length === 0) return [];
  const { owner, version } = (await findKey(c.env.REGISTRY, null)).pool;
  const coordinator = coordinatorOf(c.env.COORDINATOR, owner);
  const states = new Map((await coordinator.pool("states", { version })).map((state) => [state.tag, state]));
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
