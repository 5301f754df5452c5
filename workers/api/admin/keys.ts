/** Named keys as the administrator sees and makes them. */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { findKey } from "#api/caller/known-keys.ts";
import { hashOf, hexOf } from "#api/caller/secret-hash.ts";
import type { AppEnv } from "#api/http/app.ts";
import { keyBytes, maxEchoedCharacters } from "#api/limits.ts";
import { allModels } from "#api/models/describe.ts";
import { AppError } from "#shared/errors.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { keyIdOf } from "#shared/task/key-id.ts";
import { isExpired, type KeyLimits, type KeyUse } from "#shared/task/key-limits.ts";
import type { KeyChange, KeyEntry } from "#shared/task/registry.ts";
import { utc } from "#shared/task/utc.ts";
import type { Key, KeyLimitsField } from "#shared/wire/keys.ts";
import { maxKeyExpiry } from "#shared/wire/limits.ts";

const unlimited: KeyLimits = {
  imagesPerDay: null,
  imagesPerMonth: null,
  atOnce: null,
  models: null,
  batches: true,
};

type GivenLimits = { [K in keyof KeyLimitsField]?: KeyLimitsField[K] | undefined };
type Given = { name?: string | undefined; expires_at?: number | null | undefined; limits?: GivenLimits | undefined };

/** A new key, which is shown once, and the row of it. @throws AppError `invalid_value`, as `keyChange`. */
export async function newKey(c: Context<AppEnv>, given: Given) {
  const { name = "", expires_at: expiresAt = null, limits = {} } = checked(c, given);
  const random = crypto.getRandomValues(new Uint8Array(keyBytes));
  const key = `sk-${random.toBase64({ alphabet: "base64url", omitPadding: true })}`;
  return {
    key,
    row: {
      id: keyIdOf(nanoid()),
      hash: hexOf(await hashOf(key)),
      name,
      masked: `sk-…${key.slice(-4)}`,
      createdAt: Date.now(),
      expiresAt: expiresAt === null ? null : expiresAt * 1000,
      limits: { ...unlimited, ...namedLimits(limits) },
    },
  };
}

/** What a request changes of a key. @throws AppError `invalid_value` for a moment that is over or not in seconds, or an unknown model. */
export function keyChange(c: Context<AppEnv>, given: Given): KeyChange {
  const { name, expires_at: expiresAt, limits } = checked(c, given);
  return {
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : expiresAt * 1000 }),
    ...(limits !== undefined && { limits: namedLimits(limits) }),
  };
}

function checked(c: Context<AppEnv>, given: Given): Given {
  const { expires_at: expiresAt, limits } = given;
  if (expiresAt != null && expiresAt * 1000 <= Date.now()) {
    throw new AppError(
      "invalid_value",
      "expires_at is over; it must be a moment to come, in Unix seconds.",
      "expires_at",
    );
  }
  if (expiresAt != null && expiresAt > maxKeyExpiry) {
    throw new AppError(
      "invalid_value",
      "expires_at is after the beginning of 2100; it must be in Unix seconds, not milliseconds.",
      "expires_at",
    );
  }
  const known = new Set(allModels(c.var.upstreamConfig).map(({ id }) => id));
  const unknown = limits?.models?.find((model) => !known.has(model));
  if (unknown === undefined) return given;
  throw new AppError(
    "invalid_value",
    `limits.models names ${unknown.slice(0, maxEchoedCharacters)}, which is the id of no model; GET /v1/models lists them.`,
    "limits.models",
  );
}

const namedLimits = (given: GivenLimits): Partial<KeyLimits> => ({
  ...(given.images_per_day !== undefined && { imagesPerDay: given.images_per_day }),
  ...(given.images_per_month !== undefined && { imagesPerMonth: given.images_per_month }),
  ...(given.at_once !== undefined && { atOnce: given.at_once }),
  ...(given.models !== undefined && { models: given.models }),
  ...(given.batches !== undefined && { batches: given.batches }),
});

/** The keys with their use, as the coordinator of their tasks has counted it. */
export async function shownKeys(c: Context<AppEnv>, entries: KeyEntry[]): Promise<Key[]> {
  if (entries.length === 0) return [];
  const { owner } = (await findKey(c.env.REGISTRY, null)).pool;
  const coordinator = coordinatorOf(c.env.COORDINATOR, owner);
  const ids = entries.map(({ id }) => id);
  const uses = await coordinator.pool("uses", ids);
  const now = Date.now();
  return entries.map((entry) => shown(entry, uses[entry.id] ?? unused, now));
}

/** Without a question to the coordinator: nothing may come between a new key and its answer. */
export const shownNewKey = (entry: KeyEntry): Key => shown(entry, unused, Date.now());

const unused: KeyUse = { today: 0, thisMonth: 0, reserved: 0, underWay: 0 };

const shown = ({ id, name, masked, createdAt, expiresAt, limits }: KeyEntry, use: KeyUse, now: number): Key => ({
  id,
  object: "key",
  name,
  masked,
  created_at: seconds(createdAt),
  expires_at: expiresAt === null ? null : seconds(expiresAt),
  is_expired: isExpired({ expiresAt }, now),
  limits: {
    images_per_day: limits.imagesPerDay,
    images_per_month: limits.imagesPerMonth,
    at_once: limits.atOnce,
    models: limits.models,
    batches: limits.batches,
  },
  usage: {
    today: use.today,
    this_month: use.thisMonth,
    reserved: use.reserved,
    under_way: use.underWay,
    day_resets_at: seconds(utc.nextDayAt(now)),
    month_resets_at: seconds(utc.nextMonthAt(now)),
  },
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
