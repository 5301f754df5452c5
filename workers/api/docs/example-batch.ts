/** The batch in the examples of the API document. Pure. */
import { completedTask, created } from "./example-task.ts";

const id = "batch_V1StGXR8_Z5jdHi6B-myT";

const batchRequest = {
  requests: [
    { custom_id: "poster-1", prompt: "a lighthouse at dawn, oil on canvas", ratio: "16:9" },
    { custom_id: "poster-2", prompt: "a harbour at night, oil on canvas", ratio: "16:9" },
  ],
  metadata: { campaign: "spring" },
};

const base = {
  ...{ id, object: "batch", created_at: created, started_at: created, expires_at: created + 2_592_000 },
  metadata: { campaign: "spring" },
};
const counts = { total: 2, waiting: 0, processing: 0, completed: 0, failed: 0, cancelled: 0 };

const runningBatch = {
  ...base,
  status: "in_progress",
  request_counts: { ...counts, processing: 2 },
  ended_at: null,
  estimated_credits: 32,
  message: `0 of 2 requests have ended, 2 are under way. Poll GET /v1/images/batches/${id}; GET /v1/images/batches/${id}/results has the results so far.`,
};

const completedBatch = {
  ...base,
  status: "completed",
  request_counts: { ...counts, completed: 2 },
  ended_at: created + 60,
  estimated_credits: 32,
  message: `2 of 2 requests are completed: GET /v1/images/batches/${id}/results.`,
};

const cancelledBatch = {
  ...base,
  status: "cancelled",
  request_counts: { ...counts, completed: 1, cancelled: 1 },
  ended_at: created + 60,
  message: `Cancelled with 1 of 2 requests completed: GET /v1/images/batches/${id}/results.`,
};

const pausedBatch = {
  ...base,
  status: "paused",
  request_counts: { ...counts, waiting: 1, completed: 1 },
  ended_at: null,
  message: `Paused with 1 requests waiting: POST /v1/images/batches/${id}/resume goes on.`,
};

const batchTask = { custom_id: "poster-1", line: 1, ...completedTask };

export const exampleBatch = {
  request: batchRequest,
  running: runningBatch,
  completed: completedBatch,
  cancelled: cancelledBatch,
  paused: pausedBatch,
  task: batchTask,
};
