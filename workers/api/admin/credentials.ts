/** The credentials of the pool as the administrator sees them. */
import type { Context } from "hono";
import { findKey } from "#api/caller/known-keys.ts";
import type { AppEnv } from "#api/http/app.ts";
import { balanceCountsMs } from "#api/limits.ts";
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

/** What a check finds is told to the coordinator, whose state counts; but for the balance, which counts for an hour. */
function healthOf({ isPaused, checked }: CredentialEntry, state: MemberState | null): PoolCredential["health"] {
  if (isPaused) return "paused";
  const code = state?.refusal?.error.code;
  // Also when it may be tried again: until a site takes it, it is not known to be alive.
  if (code === "session_expired" || code === "key_refused") return "expired";
  if (state?.outUntil != null) return code === "insufficient_credits" ? "no_credits" : "cooling";
  const isPoor = checked?.balance?.total === 0 && checked.at > Date.now() - balanceCountsMs;
  if (isPoor) return "no_credits";
  return state !== null && state.jobs >= state.slots ? "busy" : "ready";
}

const refusalOf = (error: TaskError, at: number, language: Language) => ({
  at: seconds(at),
  code: error.code,
  message: error.message,
  hint: remedyOf(error).hint[language],
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
