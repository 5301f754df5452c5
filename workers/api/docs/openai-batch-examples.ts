/** The examples of OpenAI's Batch API, for `examples.ts`. Pure. */
import { created } from "./example-task.ts";

const random = "V1StGXR8_Z5jdHi6B-myT";
const batchId = `batch_${random}`;
const fileId = "file-3Zk0pXb7_Q9wLmR2TfYcN";
const day = 24 * 60 * 60;

const file = {
  ...{ id: fileId, object: "file", bytes: 5_120, created_at: created, expires_at: created + 7 * day },
  ...{ filename: "requests.jsonl", purpose: "batch", status: "processed" },
};
const results = {
  ...{ ...file, id: `file-${random}-output`, created_at: created + 900, expires_at: created + 900 + 7 * day },
  ...{ filename: `${batchId}_output.jsonl`, purpose: "batch_output" },
};

const batchRequest = {
  ...{ input_file_id: fileId, endpoint: "/v1/images/generations", completion_window: "24h" },
  metadata: { campaign: "spring" },
};
const running = {
  ...{ id: batchId, object: "batch", ...batchRequest, errors: null, status: "in_progress" },
  ...{ output_file_id: null, error_file_id: null, created_at: created, in_progress_at: created },
  ...{ expires_at: created + 7 * day, finalizing_at: null, completed_at: null, failed_at: null, expired_at: null },
  ...{ cancelling_at: null, cancelled_at: null, request_counts: { total: 20, completed: 3, failed: 0 } },
};
const completed = {
  ...{ ...running, status: "completed", request_counts: { total: 20, completed: 19, failed: 1 } },
  ...{ output_file_id: `file-${random}-output`, error_file_id: `file-${random}-errors` },
  ...{ finalizing_at: created + 900, completed_at: created + 900, expires_at: created + 900 + 7 * day },
};
const fault = { code: "invalid_value", message: "n is 40; the most is 10.", param: "n", line: 17 };
const failed = {
  ...{ ...running, status: "failed", in_progress_at: null, failed_at: created },
  ...{ request_counts: { total: 0, completed: 0, failed: 0 }, errors: { object: "list", data: [fault] } },
};
const cancelling = { ...running, status: "cancelling", cancelling_at: created + 60 };

const one = (summary: string, value: unknown) => ({ example: { summary, value } });
const listOf = (data: { id: string }[]) => ({
  ...{ object: "list", data, has_more: false },
  ...{ first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null },
});
const inProgress = { summary: "Its requests are under way", value: running };

/** By operationId. */
export const openAiBatchExamples = {
  uploadFile: { answers: { 200: one("The file", file) } },
  listFiles: { answers: { 200: one("One file", listOf([file])) } },
  getFile: {
    answers: {
      200: {
        uploaded: { summary: "As it was uploaded", value: file },
        results: { summary: "Results", value: results },
      },
    },
  },
  deleteFile: { answers: { 200: one("It is deleted", { id: fileId, object: "file", deleted: true }) } },
  createOpenAiBatch: {
    request: one("The requests of a file", batchRequest),
    answers: { 200: { started: inProgress, failed: { summary: "The file has a fault", value: failed } } },
  },
  listOpenAiBatches: { answers: { 200: one("One batch", listOf([completed])) } },
  getOpenAiBatch: {
    answers: { 200: { running: inProgress, completed: { summary: "It has ended", value: completed } } },
  },
  cancelOpenAiBatch: { answers: { 200: one("Some requests are still ending", cancelling) } },
};
