/**
 * Parses the upstream's record of a job: generating, generated or failed. Strict about the fields in use, loose about
 * all others; an unknown status means "still running". Pure.
 */
import * as z from "zod";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { isRefusalName, refusal, withCode } from "./errors.ts";
import { flat } from "./find-records.ts";
import { imagesPerBatch } from "./limits.ts";
import { isLink, linkFrom, smallLink } from "./links.ts";

export type HistoryImage = {
  /** The upstream's name (`image_uri`), the same in every poll. */
  source: string;
  /** A link that expires; each poll signs a new one. */
  url: string;
  width: number;
  height: number;
  /** Link to the scaled copy that `smallLink` chooses, which expires too; absent where none is offered. */
  smallUrl?: string;
};

export type JobState = {
  historyId: string | null;
  /** The upstream's forecast for queue and generation together. */
  forecastSeconds: number | null;
  planned: number | null;
  /** Images the upstream counts as made. A job that stops below `planned` waits for a request to continue. */
  finished: number | null;
  /** How long an ended job took, by the upstream's clock; null: unknown. */
  tookSeconds: number | null;
} & (
  | { kind: "generating"; images: HistoryImage[]; status: number; queuePosition: number | null }
  /** `failure`: the reason in a record that counts images and does not list them. */
  | { kind: "generated"; images: HistoryImage[]; failure: UpstreamFailure | null }
  | { kind: "failed"; failure: UpstreamFailure }
);

/**
 * Codes of the outer and the inner status: 10 pre-check reject, 30 failed, 40 post-check reject, 45 some images exist,
 * 50 success, 100 deleted (the site's code, 2026-09). 60, 70 and 80 are failures in the lists of two clients (2026-10).
 */
const status = { preCheckReject: 10, failed: 30, postCheckReject: 40, partial: 45, success: 50, deleted: 100 } as const;
/** A job with one of these has failed. */
const failures: readonly number[] = [status.preCheckReject, status.failed, status.postCheckReject, 60, status.deleted];
/** Rejections by the content check. As inner status they end a job, whatever the outer status. */
const rejections: readonly number[] = [status.preCheckReject, status.postCheckReject];
/** A job with one of these, outer or inner, has failed once it has a finish time. */
const endedFailures: readonly number[] = [status.failed, 60, 70, 80];
/** Every status seen on a running job. A job with an unknown status counts as running, and is logged. */
const runningStatuses = new Set([0, 20, 42, 45]);

const text = z.union([z.string(), z.number()]).transform(String).nullish().catch(null);
/** Rounded: pixels, images and seconds are stored as whole numbers. */
const number = z.coerce.number().transform(Math.round).nullish().catch(null);

const imageSchema = z.object({
  image_uri: z.string().nullish().catch(null),
  image_url: z.string().nullish().catch(null),
  width: number,
  height: number,
});

const itemSchema = z.object({
  common_attr: z
    .object({
      id: text,
      cover_url: z.string().nullish().catch(null),
      cover_width: number,
      cover_height: number,
      cover_url_map: z.record(z.string(), z.string().nullish().catch(null)).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  image: z
    .object({ large_images: z.array(imageSchema).nullish().catch(null) })
    .nullish()
    .catch(null),
});

const recordSchema = z.object({
  history_record_id: text,
  history_id: text,
  status: z.coerce.number(),
  task: z
    .object({ status: number, finish_time: number, resp_ret: z.object({ errmsg: text }).nullish().catch(null) })
    .nullish()
    .catch(null),
  created_time: z.coerce.number().nullish().catch(null),
  finish_time: number,
  fail_code: text,
  fail_msg: text,
  fail_starling_key: text,
  fail_starling_message: text,
  total_image_count: number,
  finished_image_count: number,
  queue_info: z.object({ queue_status: number, queue_idx: number, queue_length: number }).nullish().catch(null),
  forecast_generate_cost: number,
  forecast_queue_cost: number,
  item_list: z.array(itemSchema.nullable().catch(null)).nullish().catch(null),
});
type HistoryRecord = z.infer<typeof recordSchema>;

type Counts = Pick<JobState, "finished" | "planned">;

/** Whether a running job has a status that was never seen. */
export const hasUnknownStatus = ({ status }: Extract<JobState, { kind: "generating" }>): boolean =>
  !runningStatuses.has(status);

/**
 * The number of complete batches of a job that is at the end of one and plans more: it may wait for a request to
 * continue. 0 for every other job.
 */
export function fullBatchesOf(job: Counts & { images: readonly HistoryImage[] }): number {
  const isListed = job.images.length >= (job.finished ?? 0);
  return isListed && isAtBatchEnd(job) ? (job.finished ?? 0) / imagesPerBatch : 0;
}

/** Whether the job may wait for a request to continue. */
function isAtBatchEnd({ finished, planned }: Counts): boolean {
  const made = finished ?? 0;
  return made > 0 && made < (planned ?? 0) && made % imagesPerBatch === 0;
}

/**
 * The number of images to expect: the upstream's total, but at most the number requested. The total follows the number
 * of reference images (4 of them and 1 image requested: total 4, one made; two clients, 2026-10).
 *
 * @param asked images requested of the job; null: unknown.
 */
export const plannedOf = (total: number | null, asked: number | null): number | null =>
  total === null || asked === null ? total : Math.min(total, asked);

/**
 * @param asked images requested of the job; null: unknown.
 * @returns null when the data is not a record.
 */
export function readRecord(data: unknown, asked: number | null = null): JobState | null {
  const parsed = recordSchema.safeParse(flat(data));
  if (!parsed.success) return null;
  const record = parsed.data;
  const job = {
    historyId: record.history_record_id || record.history_id || null,
    forecastSeconds: forecastOf(record),
    planned: plannedOf(record.total_image_count || null, asked),
    finished: record.finished_image_count ?? null,
    tookSeconds: tookSeconds(record),
  };
  const isInnerDone = record.task?.status === status.success && !isFailure(record) && !isAtBatchEnd(job);
  const isDone = record.status === status.success || isInnerDone;
  const images = imagesOf(record, isDone);
  const failure = isFailure(record) || hasReason(record) ? jobFailure(record) : null;

  // Images made before a failure are paid for and usable: the job counts as done, with fewer images.
  const isOver = isDone || isFailure(record) || hasReasonToEnd(record);
  if (isOver && images.length > 0) return { ...job, kind: "generated", images, failure: null };
  // The record counts images and does not list them: the list may be late.
  const isLate = !isFailure(record) && (job.finished ?? 0) > 0;
  if (isOver && failure !== null && !isLate) return { ...job, kind: "failed", failure };
  if (isOver) return { ...job, kind: "generated", images, failure };
  if (hasEnd(record) && isEnough({ ...job, images }, asked))
    return { ...job, kind: "generated", images, failure: null };
  return { ...job, kind: "generating", images, status: record.status, queuePosition: queuePositionOf(record) };
}

/** Whether a job with a finish time lists all requested images, or some that the upstream counts as made. */
function isEnough(job: Counts & { images: readonly HistoryImage[] }, asked: number | null): boolean {
  const shown = job.images.length;
  if (shown === 0) return false;
  if (asked !== null && shown >= asked) return true;
  return (job.finished ?? 0) > 0 && !isAtBatchEnd(job);
}

/** `queue_status` of a waiting job; 2 is running, 3 is over (browser capture of the Chinese site, 2026-02). */
const waiting = 1;

/** Null without a queue length: most image jobs wait in no queue and have 0 of 0. */
function queuePositionOf({ queue_info: queue }: HistoryRecord): number | null {
  const [position, length] = [queue?.queue_idx ?? 0, queue?.queue_length ?? 0];
  return queue?.queue_status === waiting && length > 0 && position >= 0 ? position : null;
}

/** From creation to end, both in Unix seconds; null without either (captured answers, 2026-01). */
function tookSeconds({ created_time: created, finish_time: finished, task }: HistoryRecord): number | null {
  const end = finished || task?.finish_time || 0;
  return created && end > created ? end - created : null;
}

const hasEnd = (record: HistoryRecord): boolean => Boolean(record.finish_time || record.task?.finish_time);

function isFailure(record: HistoryRecord): boolean {
  const inner = record.task?.status ?? 0;
  if (failures.includes(record.status) || rejections.includes(inner)) return true;
  return hasEnd(record) && (endedFailures.includes(record.status) || endedFailures.includes(inner));
}

/**
 * Whether a failure reason ends the job although its status is none of a failure: the status lags (in-page client of
 * the US site, 2026). It does with a finish time, and at 45, where some images exist and the rest has failed.
 */
const hasReasonToEnd = (record: HistoryRecord): boolean =>
  hasReason(record) && (hasEnd(record) || record.status === status.partial);

const hasReason = (record: HistoryRecord): boolean =>
  failCodeOf(record) !== "" || Boolean(record.fail_starling_key) || nameIn(record) !== "";

/** The name of a refusal in a field for sentences, e.g. `InputTextRisk` (several clients, 2026); else empty. */
const nameIn = (record: HistoryRecord): string => wordsOf(record).find(isRefusalName) ?? "";

const wordsOf = (record: HistoryRecord): string[] =>
  [record.fail_starling_message, record.fail_msg, record.task?.resp_ret?.errmsg].map((words) => words ?? "");

/** Empty for "0", which means success. */
const failCodeOf = (record: HistoryRecord): string => (record.fail_code === "0" ? "" : (record.fail_code ?? ""));

/** A cancelled job has this in its text or its key, and no code (live test, Chinese site, 2026-03). */
const cancelled = /cancel|取消/i;

function jobFailure(record: HistoryRecord): UpstreamFailure {
  const words = wordsOf(record);
  const key = record.fail_starling_key ?? "";
  const text = words.find((said) => said !== "") ?? "";
  const failure = refusal({ failCode: failCodeOf(record), key, name: nameIn(record), text });
  if (record.status === status.deleted)
    return withoutUpstream(failure, "upstream_failed", "The job was deleted on the site.");
  // The code may be empty although the job failed; then key, text or inner status give the reason.
  const isNamed = failure.error.code !== "upstream_failed" || failCodeOf(record) !== "";
  if (isNamed) return failure;
  if ([key, ...words].some((said) => cancelled.test(said))) {
    return withoutUpstream(failure, "cancelled", "The job was cancelled on the site.");
  }
  const checks = [record.status, record.task?.status];
  if (checks.includes(status.preCheckReject)) {
    return withCode(failure, "prompt_moderated", "Dreamina's content rules refused the request.");
  }
  if (checks.includes(status.postCheckReject)) {
    return withCode(failure, "output_moderated", "Dreamina's content rules held back the images it had made.");
  }
  return failure;
}

function withoutUpstream(
  failure: UpstreamFailure,
  code: "upstream_failed" | "cancelled",
  message: string,
): UpstreamFailure {
  const { upstream: _, ...error } = withCode(failure, code, message).error;
  return { ...failure, verdict: "refused", error };
}

/**
 * The largest image of each item; items without one are left out. The cover, smaller and under another name, replaces
 * it only in a finished job.
 */
function imagesOf(record: HistoryRecord, isDone: boolean): HistoryImage[] {
  return (record.item_list ?? []).flatMap((item) => {
    const candidates = (item?.image?.large_images ?? []).map((image) => ({
      source: image.image_uri || item?.common_attr?.id || "",
      url: linkFrom(image.image_url),
      width: image.width ?? 0,
      height: image.height ?? 0,
    }));
    const cover = {
      source: item?.common_attr?.id ?? "",
      url: linkFrom(item?.common_attr?.cover_url),
      width: item?.common_attr?.cover_width ?? 0,
      height: item?.common_attr?.cover_height ?? 0,
    };
    const usable = candidates.filter(isUsable).sort((a, b) => b.width * b.height - a.width * a.height);
    const best = usable[0] ?? (isDone && isUsable(cover) ? cover : null);
    if (best === null) return [];
    const smallUrl = smallLink(item?.common_attr?.cover_url_map ?? {});
    return [smallUrl === null || smallUrl === best.url ? best : { ...best, smallUrl }];
  });
}

const isUsable = (image: HistoryImage): boolean => image.source !== "" && isLink(image.url);

/** Both forecasts are seconds (the page's own telemetry multiplies them by 1,000). */
function forecastOf(record: Pick<HistoryRecord, "forecast_generate_cost" | "forecast_queue_cost">): number | null {
  const generate = record.forecast_generate_cost ?? 0;
  return generate > 0 ? generate + Math.max(0, record.forecast_queue_cost ?? 0) : null;
}

const acceptedSchema = z.object({
  aigc_data: recordSchema.pick({
    history_record_id: true,
    forecast_generate_cost: true,
    forecast_queue_cost: true,
    total_image_count: true,
  }),
});

export type Accepted = { historyId: string | null; forecastSeconds: number | null; planned: number | null };

/**
 * Parses the data of an accepted submit (`ret: "0"`). Missing fields are null: the code alone means that the job
 * exists, and polls find it by the submit id, not by the history id.
 */
export function readAccepted(data: unknown): Accepted {
  const record = acceptedSchema.safeParse(data).data?.aigc_data;
  return {
    historyId: record?.history_record_id || null,
    forecastSeconds: record ? forecastOf(record) : null,
    planned: record?.total_image_count || null,
  };
}
