/**
 * The upstream's record of a job, read: generating, generated or failed. Loose about what we do not use, strict about
 * what we do; a status we do not know means "still running". Pure.
 */
import * as z from "zod";
import { isRefusalName, recast, refusal, type UpstreamFailure } from "./errors.ts";
import { flat } from "./record-places.ts";

export type HistoryImage = {
  /** The upstream's own name (`image_uri`), the same in every poll; the link has a new signature each time and expires. */
  source: string;
  url: string;
  width: number;
  height: number;
};

export type JobState = {
  historyId: string | null;
  /** The upstream's forecast for queue and generation together. */
  forecastSeconds: number | null;
  planned: number | null;
  /** Images the upstream itself counts as made. Fewer than planned and no more to come: it waits for a continue. */
  finished: number | null;
} & (
  | { kind: "generating"; images: HistoryImage[]; status: number; queuePosition: number | null }
  /** `failure`: a reason that stands beside images which are counted and not listed. */
  | { kind: "generated"; images: HistoryImage[]; failure: UpstreamFailure | null }
  | { kind: "failed"; failure: UpstreamFailure }
);

/**
 * Outer and inner codes: 10 pre-check reject, 30 failed, 40 post-check reject, 45 some images are there, 50 success,
 * 100 deleted (the site's own code, 2026-09). 60, 70 and 80 are failures in the lists of two clients (2026-10).
 */
const status = { preCheckReject: 10, failed: 30, postCheckReject: 40, partial: 45, success: 50, deleted: 100 } as const;
/** A job with one of these has failed. */
const failures: readonly number[] = [status.preCheckReject, status.failed, status.postCheckReject, 60, status.deleted];
/** The checks of contents: as inner status they end a job under any outer one. */
const rejections: readonly number[] = [status.preCheckReject, status.postCheckReject];
/** A job with one of these, outer or inner, has failed once it has an end. */
const endedFailures: readonly number[] = [status.failed, 60, 70, 80];
/** Everything seen on a job that still runs; others are run as well, and logged. */
const runningStatuses = new Set([0, 20, 42, 45]);

const text = z.union([z.string(), z.number()]).transform(String).nullish().catch(null);
/** Whole, whatever comes: what we store of it is counted in pixels, images and seconds. */
const number = z.coerce.number().transform(Math.round).nullish().catch(null);

const imageSchema = z.object({
  image_uri: z.string().nullish().catch(null),
  image_url: z.string().nullish().catch(null),
  width: number,
  height: number,
});

const itemSchema = z.object({
  common_attr: z
    .object({ id: text, cover_url: z.string().nullish().catch(null), cover_width: number, cover_height: number })
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

/** Images are made four at a time (clients of the Chinese site, 2025 to 2026). */
const batch = 4;

/** Whether a running job has a status that was never seen. */
export const hasUnknownStatus = ({ status }: Extract<JobState, { kind: "generating" }>): boolean =>
  !runningStatuses.has(status);

/**
 * How many batches of a job are complete, when it stands at the end of one and plans more: it may be waiting to be
 * asked for them. 0 for every other job.
 */
export function fullBatchesOf(job: Counts & { images: readonly HistoryImage[] }): number {
  const isShown = job.images.length >= (job.finished ?? 0);
  return isShown && standsAtBatch(job) ? (job.finished ?? 0) / batch : 0;
}

/** Whether the rest may still be asked for. */
function standsAtBatch({ finished, planned }: Counts): boolean {
  const made = finished ?? 0;
  return made > 0 && made < (planned ?? 0) && made % batch === 0;
}

/**
 * The number of images to expect. The upstream's total follows the number of reference images (4 of them and 1 image
 * asked for: total 4, one made; two clients, 2026-10), so it is never more than was asked for.
 *
 * @param asked images the job was asked for; null: not known.
 */
export const plannedOf = (total: number | null, asked: number | null): number | null =>
  total === null || asked === null ? total : Math.min(total, asked);

/**
 * @param asked images the job was asked for; null: not known.
 * @returns null when it is not a record at all.
 */
export function readRecord(data: unknown, asked: number | null = null): JobState | null {
  const parsed = recordSchema.safeParse(flat(data));
  if (!parsed.success) return null;
  const record = parsed.data;
  const facts = {
    historyId: record.history_record_id || record.history_id || null,
    forecastSeconds: forecastOf(record),
    planned: plannedOf(record.total_image_count || null, asked),
    finished: record.finished_image_count ?? null,
  };
  const isInnerDone = record.task?.status === status.success && !isFailure(record) && !standsAtBatch(facts);
  const isDone = record.status === status.success || isInnerDone;
  const images = imagesOf(record, isDone);
  const failure = isFailure(record) || hasReason(record) ? jobFailure(record) : null;

  // Images that came before a failure are paid for and usable: the job counts as done, with fewer.
  const isOver = isDone || isFailure(record) || hasReasonToEnd(record);
  if (isOver && images.length > 0) return { ...facts, kind: "generated", images, failure: null };
  // A reason beside images that are counted and not listed: the list may only be late.
  const isLate = !isFailure(record) && (facts.finished ?? 0) > 0;
  if (isOver && failure !== null && !isLate) return { ...facts, kind: "failed", failure };
  if (isOver) return { ...facts, kind: "generated", images, failure };
  const job = { ...facts, images };
  if (hasEnd(record) && isEnough(job, asked)) return { ...job, kind: "generated", failure: null };
  return { ...job, kind: "generating", status: record.status, queuePosition: queuePositionOf(record) };
}

/** Whether a job that has an end shows as many images as were asked for, or is counted by the upstream. */
function isEnough(job: Counts & { images: readonly HistoryImage[] }, asked: number | null): boolean {
  const shown = job.images.length;
  if (shown === 0) return false;
  if (asked !== null && shown >= asked) return true;
  return (job.finished ?? 0) > 0 && !standsAtBatch(job);
}

/** `queue_status` of a job that waits; 2 is being made, 3 is over (browser capture of the Chinese site, 2026-02). */
const waiting = 1;

/** Null also where the upstream names no length: images mostly wait in no queue and say 0 of 0. */
function queuePositionOf({ queue_info: queue }: HistoryRecord): number | null {
  const [position, length] = [queue?.queue_idx ?? 0, queue?.queue_length ?? 0];
  return queue?.queue_status === waiting && length > 0 && position >= 0 ? position : null;
}

const hasEnd = (record: HistoryRecord): boolean => Boolean(record.finish_time || record.task?.finish_time);

function isFailure(record: HistoryRecord): boolean {
  const inner = record.task?.status ?? 0;
  if (failures.includes(record.status) || rejections.includes(inner)) return true;
  return hasEnd(record) && (endedFailures.includes(record.status) || endedFailures.includes(inner));
}

/**
 * A reason beside a status that says nothing of a failure: the status lags (in-page client of the US site, 2026). It ends
 * a job that has an end; and one at 45, where some images are there and the rest has failed.
 */
const hasReasonToEnd = (record: HistoryRecord): boolean =>
  hasReason(record) && (hasEnd(record) || record.status === status.partial);

const hasReason = (record: HistoryRecord): boolean =>
  failCodeOf(record) !== "" || Boolean(record.fail_starling_key) || nameIn(record) !== "";

/** The name of a refusal that stands where words usually stand, e.g. `InputTextRisk` (several clients, 2026). */
const nameIn = (record: HistoryRecord): string => wordsOf(record).find(isRefusalName) ?? "";

const wordsOf = (record: HistoryRecord): string[] =>
  [record.fail_starling_message, record.fail_msg, record.task?.resp_ret?.errmsg].map((words) => words ?? "");

/** Empty also where the upstream says "0", its word for success. */
const failCodeOf = (record: HistoryRecord): string => (record.fail_code === "0" ? "" : (record.fail_code ?? ""));

/** A job that its owner cancelled says so in words or in its key, without a code (live test, Chinese site, 2026-03). */
const cancelled = /cancel|取消/i;

function jobFailure(record: HistoryRecord): UpstreamFailure {
  const words = wordsOf(record);
  const key = record.fail_starling_key ?? "";
  const text = words.find((said) => said !== "") ?? "";
  const failure = refusal({ failCode: failCodeOf(record), key, name: nameIn(record), text });
  if (record.status === status.deleted)
    return withoutUpstream(failure, "upstream_failed", "The job was deleted on the site.");
  // The number may be empty although the job failed; then key, words or the inner status tell why.
  const isNamed = failure.error.code !== "upstream_failed" || failCodeOf(record) !== "";
  if (isNamed) return failure;
  if ([key, ...words].some((said) => cancelled.test(said))) {
    return withoutUpstream(failure, "cancelled", "The job was cancelled on the site.");
  }
  const checks = [record.status, record.task?.status];
  if (checks.includes(status.preCheckReject)) {
    return recast(failure, "prompt_moderated", "Dreamina's content rules refused the request.");
  }
  if (checks.includes(status.postCheckReject)) {
    return recast(failure, "output_moderated", "Dreamina's content rules held back the images it had made.");
  }
  return failure;
}

function withoutUpstream(
  failure: UpstreamFailure,
  code: "upstream_failed" | "cancelled",
  message: string,
): UpstreamFailure {
  const { upstream: _, ...error } = recast(failure, code, message).error;
  return { ...failure, verdict: "refused", error };
}

/**
 * Each item's largest image; an item that has none yet is left out. Its cover, smaller and under another name, stands
 * in for it only once nothing better can come.
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
    return best === null ? [] : [best];
  });
}

/** Some answers write `&` twice encoded; undone, because the link's signature covers the plain one. */
const linkFrom = (text: string | null | undefined): string => (text ?? "").replace(/\\u0026|&amp;/gi, "&");

const isUsable = (image: HistoryImage): boolean => image.source !== "" && /^https?:\/\//.test(image.url);

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
 * What came with `ret: "0"` on a submit. That code alone means the job was taken, whatever else can be read: a job is
 * looked up by the submit id, which is ours, so a missing history id loses nothing.
 */
export function readAccepted(data: unknown): Accepted {
  const record = acceptedSchema.safeParse(data).data?.aigc_data;
  return {
    historyId: record?.history_record_id || null,
    forecastSeconds: record ? forecastOf(record) : null,
    planned: record?.total_image_count || null,
  };
}
