/** The limits of a named key of this server, held against its use. Days and months are those of UTC. Pure. */
import { utc } from "./utc.ts";

/** Null: no limit. */
export type KeyLimits = {
  imagesPerDay: number | null;
  imagesPerMonth: number | null;
  /** Tasks that have not ended. */
  atOnce: number | null;
  /** Public ids of the models it may use. */
  models: string[] | null;
  /** Whether it may make batches. */
  batches: boolean;
};

/**
 * What a coordinator holds the tasks of a key to. `expiresAt`: Unix milliseconds; null: it does not expire. `version`
 * grows with each change of the key: an instance of the API may know an earlier one for a while.
 */
export type HeldKey = { limits: KeyLimits; expiresAt: number | null; version: number };

/** What coordinators need of a key. */
export const heldOf = ({ limits, expiresAt, version }: HeldKey): HeldKey => ({ limits, expiresAt, version });

/** @param now Unix milliseconds. */
export const isExpired = ({ expiresAt }: Pick<HeldKey, "expiresAt">, now: number): boolean =>
  expiresAt !== null && expiresAt <= now;

/** Images that were made, and tasks under way. `reserved`: images that those may still make. */
export type KeyUse = { today: number; thisMonth: number; reserved: number; underWay: number };

/** The rest of the tightest limit of images; `resetsAt` in Unix milliseconds. */
export type Allowance = { limit: number; remaining: number; resetsAt: number };

/**
 * Why a key may make no more now. `used` includes `reserved` images; `resetsAt` is null where no moment frees it: the end
 * of a task does, or nothing.
 */
export type KeyRefusal = {
  of: "day" | "month" | "at_once" | "model" | "batches" | "expired";
  limit: number;
  used: number;
  reserved: number;
  planned: number;
  resetsAt: number | null;
};

/** What a request needs: images and tasks. */
export type Need = { images: number; tasks: number };
type Request = Need & { model: string; isOfBatch: boolean };

/** Why a request would be above a limit; null: it is within. @param now Unix milliseconds. */
export function refusalOf(held: HeldKey, use: KeyUse, need: Request, now: number): KeyRefusal | null {
  const { atOnce, imagesPerDay, imagesPerMonth, models, batches } = held.limits;
  const { reserved } = use;
  const planned = need.images;
  const barred = (of: KeyRefusal["of"]) => ({ of, limit: 0, used: 0, reserved: 0, planned, resetsAt: null });
  if (isExpired(held, now)) return barred("expired");
  if (need.isOfBatch && !batches) return barred("batches");
  if (models !== null && !models.includes(need.model)) return barred("model");
  const above = (of: "day" | "month", limit: number | null, made: number, resetsAt: number): KeyRefusal | null =>
    limit === null || made + reserved + planned <= limit
      ? null
      : { of, limit, used: made + reserved, reserved, planned, resetsAt: planned > limit ? null : resetsAt };
  const aboveImages = [
    above("month", imagesPerMonth, use.thisMonth, utc.nextMonthAt(now)),
    above("day", imagesPerDay, use.today, utc.nextDayAt(now)),
  ].filter((refusal) => refusal !== null);
  const [first] = aboveImages;
  if (first !== undefined) return aboveImages.find(isOfRequest) ?? first;
  if (atOnce !== null && use.underWay + need.tasks > atOnce) {
    return { of: "at_once", limit: atOnce, used: use.underWay, reserved, planned: need.tasks, resetsAt: null };
  }
  return null;
}

/** Whether the end of tasks under way may free it. */
export function mayPass({ of, limit, used, reserved, planned }: KeyRefusal): boolean {
  if (of === "at_once") return planned <= limit;
  return reserved > 0 && used - reserved + planned <= limit;
}

/** Whether it is of this request alone: it has another model than the key may use, or more images than the whole limit. */
export const isOfRequest = ({ of, limit, planned }: KeyRefusal): boolean =>
  of === "model" || ((of === "day" || of === "month") && planned > limit);

/** The rest of the limit that a refusal names; null for one that the end of a task lifts. */
export const allowanceIn = ({ limit, used, resetsAt }: KeyRefusal): Allowance | null =>
  resetsAt === null ? null : { limit, remaining: Math.max(0, limit - used), resetsAt };

/** The rest of the tighter limit of images; null without one. @param now Unix milliseconds. */
export function allowanceOf(limits: KeyLimits, use: KeyUse, now: number): Allowance | null {
  const of = (limit: number | null, made: number, resetsAt: number): Allowance[] =>
    limit === null ? [] : [{ limit, remaining: Math.max(0, limit - made - use.reserved), resetsAt }];
  const [first = null, second = null] = [
    ...of(limits.imagesPerDay, use.today, utc.nextDayAt(now)),
    ...of(limits.imagesPerMonth, use.thisMonth, utc.nextMonthAt(now)),
  ];
  return first !== null && second !== null && second.remaining < first.remaining ? second : first;
}
