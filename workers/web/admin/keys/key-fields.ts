/** The fields of the form for a key, as they are typed, and the request that they make. Pure. */
import type { Key, KeyLimitsField } from "#shared/wire/keys.ts";
import { maxKeyExpiry, maxKeyNameCharacters } from "#shared/wire/limits.ts";
import { dateOf } from "#web/admin/moment-of.ts";

export type KeyFields = {
  name: string;
  /** A day as `2026-11-29`, the last one on which the key works; empty: it does not expire. */
  lastDay: string;
  perDay: string;
  perMonth: string;
  atOnce: string;
  isSome: boolean;
  models: readonly string[];
  batches: boolean;
};

type Whole = { name: string; expires_at: number | null; limits: KeyLimitsField };
export type KeyBody = Partial<Omit<Whole, "limits">> & { limits: Partial<KeyLimitsField> };
export type KeyFieldsFault = "name" | "expiry" | "limit" | "models";

export function fieldsOf(key: Key | null): KeyFields {
  const limits = key?.limits;
  const typed = (limit: number | null | undefined) => (limit == null ? "" : String(limit));
  return {
    name: key?.name ?? "",
    lastDay: key?.expires_at == null ? "" : dayOf(key.expires_at),
    perDay: typed(limits?.images_per_day),
    perMonth: typed(limits?.images_per_month),
    atOnce: typed(limits?.at_once),
    isSome: limits?.models != null,
    models: limits?.models ?? [],
    batches: limits?.batches ?? true,
  };
}

/** @param before as of `bodyOf`: an expiry that is not touched is none of this request's. */
export function faultOf(fields: KeyFields, before: Key | null, nowMs = Date.now()): KeyFieldsFault | null {
  const name = fields.name.trim();
  if (name === "" || name.length > maxKeyNameCharacters) return "name";
  const { expires_at: at } = bodyOf(fields, before);
  const isToCome = at == null || (at * 1000 > nowMs && at <= maxKeyExpiry);
  if (!isToCome) return "expiry";
  if ([fields.perDay, fields.perMonth, fields.atOnce].some((text) => limitIn(text) === undefined)) return "limit";
  return fields.isSome && fields.models.length === 0 ? "models" : null;
}

/**
 * @param before the key that is changed, as the form was opened with it: what was not touched is not sent, so that it
 * stays as it is, or as another administrator has changed it meanwhile.
 */
export function bodyOf(fields: KeyFields, before: Key | null): KeyBody {
  const now = whole(fields);
  if (before === null) return now;
  const then = whole(fieldsOf(before));
  return { ...differing(now, then), limits: differing(now.limits, then.limits) };
}

function whole(fields: KeyFields): Whole {
  return {
    name: fields.name.trim(),
    expires_at: fields.lastDay === "" ? null : endOf(fields.lastDay),
    limits: {
      images_per_day: limitIn(fields.perDay) ?? null,
      images_per_month: limitIn(fields.perMonth) ?? null,
      at_once: limitIn(fields.atOnce) ?? null,
      models: fields.isSome ? fields.models.toSorted() : null,
      batches: fields.batches,
    },
  };
}

const differing = <T extends object>(now: T, then: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(now).filter(([name, value]) => String(value) !== String(then[name as keyof T])),
  ) as Partial<T>;

/** null: no limit; undefined: the text is none. */
function limitIn(text: string): number | null | undefined {
  const bare = text.trim();
  if (bare === "") return null;
  const limit = Number(bare);
  return Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000_000 ? limit : undefined;
}

/** Of the administrator's time zone. */
function dayOf(seconds: number): string {
  const date = dateOf(seconds);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const endOf = (day: string): number => Math.floor(new Date(`${day}T23:59:59`).getTime() / 1000);
