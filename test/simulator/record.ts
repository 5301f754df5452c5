// The upstream's record of a job: in the answer to a submit, in a look-up and in the queue look-up. Fields and
// constants from CN traffic of 2026-01; the international records are described as equal.

import type { Address } from "./address.ts";
import { logIdOf } from "./envelope.ts";
import { imageLink, imageUri } from "./image-links.ts";
import type { Job } from "./job.ts";
import { type Snapshot, status } from "./life.ts";
import type { World } from "./world.ts";

const msPerSecond = 1000;

/** The record's type codes for text to image and for a job with reference images. */
const textToImage = { generate_type: 1, image_type: 3 };
const blended = { generate_type: 12, image_type: 2 };
const kindOf = (job: Job) => (job.inputs.length > 0 ? blended : textToImage);
/** `common_attr.status` of an unpublished image; not the job's status. */
const unpublished = 144;
const effectTypeImage = 9;
/** Sides of the squares that the scaled copies of an image fit (traffic log of 2026-01). */
const coverSides = [360, 480, 720, 1080, 2400, 4096];

export function submitRecord(world: World, job: Job) {
  const snapshot = world.jobs.snapshotOf(job);
  return {
    ...baseRecord(world, job, snapshot),
    // The first answer has no counts, even for a job that is terminal already.
    status: snapshot.isTerminal ? status.submitted : snapshot.status,
    item_list: [],
    origin_item_list: [],
    total_image_count: 0,
    finished_image_count: 0,
    fail_code: "",
    fail_starling_key: "",
    fail_starling_message: "",
  };
}

export function historyRecord(world: World, job: Job, address: Address) {
  const snapshot = world.jobs.snapshotOf(job);
  job.polls += 1;
  if (snapshot.isTerminal) job.finishedPolls += 1;
  const isOdd = job.oddStatus && !snapshot.isTerminal && job.polls % 2 === 0;
  const { failure } = snapshot;
  const missing = job.plan.plannedImages - snapshot.images;
  return {
    ...baseRecord(world, job, snapshot),
    ...kindOf(job),
    status: isOdd ? status.unknown : snapshot.status,
    finish_time: finishTime(job, snapshot),
    gen_result_data: { result_msg: failure ? "Fail" : "Success" },
    fail_code: failure?.failCode ?? "",
    fail_msg: failure ? failure.failMsg : "Success",
    fail_starling_key: failure?.failKey ?? "",
    fail_starling_message: failure?.failMessage ?? "",
    total_image_count: snapshot.total,
    finished_image_count: snapshot.images,
    failed_item_list:
      snapshot.status === status.success ? Array.from({ length: missing }, () => ({ fail_code: "2036" })) : [],
    item_list: job.imageUris.slice(0, snapshot.images).map((_, index) => item(world, job, index, address)),
  };
}

export function queueRecord(world: World, job: Job) {
  const snapshot = world.jobs.snapshotOf(job);
  return {
    status: 0,
    queue_info: queueInfo(job, snapshot),
    forecast_cost_time: forecast(world, job, snapshot),
  };
}

function baseRecord(world: World, job: Job, snapshot: Snapshot) {
  return {
    generate_type: kindOf(job).generate_type,
    history_record_id: job.historyId,
    origin_history_record_id: null,
    created_time: job.createdRealMs / msPerSecond,
    task: {
      task_id: job.historyId,
      history_id: job.historyId,
      submit_id: job.submitId,
      aid: 0,
      status: snapshot.taskStatus,
      finish_time: finishTime(job, snapshot),
      task_payload: null,
      original_input: null,
      req_first_frame_image: null,
      resp_ret: { errmsg: snapshot.failure?.failMsg ?? "" },
    },
    mode: "workbench",
    uid: job.account.uid,
    history_group_key: job.prompt,
    submit_id: job.submitId,
    generate_id: logIdOf(job.createdRealMs, job.historyId),
    model_info: { model_name: job.model.name, model_req_key: job.model.key },
    ...forecast(world, job, snapshot),
    queue_info: queueInfo(job, snapshot),
    draft_content: job.draftContent,
  };
}

/** In real seconds, so that a client of a fast simulator does not wait too long. */
function forecast(world: World, job: Job, snapshot: Snapshot) {
  return {
    forecast_generate_cost: world.clock.realSeconds(job.forecastSeconds),
    forecast_queue_cost: world.clock.realSeconds(snapshot.queueSecondsLeft),
  };
}

const queueStatus = { waiting: 1, generating: 2, over: 3 };

function queueInfo(job: Job, { queue }: Snapshot) {
  return {
    queue_idx: queue.ahead,
    priority: 3,
    queue_status: queueStatus[queue.state],
    queue_length: queue.length,
    polling_config: { interval_seconds: 30, timeout_seconds: 86400 },
    priority_queue_display_threshold: {
      vip_queuing_time_threshold: 300,
      waiting_time_threshold: 60,
    },
    debug_info: JSON.stringify({ queue: job.model.key }),
  };
}

function item(world: World, job: Job, index: number, address: Address) {
  const { size } = job;
  const link = (boxPixels: number) => imageLink(world, { job, index, boxPixels, address });
  const createTime = Math.floor(job.createdRealMs / msPerSecond);
  const uri = imageUri(job, index);
  const id = itemId(job, index);
  return {
    common_attr: {
      id,
      effect_id: id,
      effect_type: effectTypeImage,
      title: "",
      description: job.prompt,
      cover_url: link(360),
      item_urls: [""],
      md5: "",
      create_time: createTime,
      status: unpublished,
      review_info: { review_status: 0, review_code_list: [] },
      aspect_ratio: size.width / size.height,
      publish_source: "",
      has_published: false,
      cover_url_map: Object.fromEntries(coverSides.map((side) => [side, link(side)])),
      local_item_id: id,
      update_time: 0,
      cover_uri: uri,
      cover_width: size.width,
      cover_height: size.height,
    },
    author: null,
    image: {
      format: "png",
      large_images: [
        {
          image_uri: uri,
          image_url: link(0),
          width: size.width,
          height: size.height,
          format: "png",
        },
      ],
    },
  };
}

/** 19 digits, as upstream. */
function itemId(job: Job, index: number): string {
  return `759${job.historyId}${String(index).padStart(3, "0")}`;
}

function finishTime(job: Job, { endedAfterSeconds }: Snapshot): number {
  if (endedAfterSeconds === undefined) return 0;
  return Math.floor(job.createdRealMs / msPerSecond + endedAfterSeconds);
}
