/**
 * The examples of the API's document: for each operation its request, and its answers by status. They tell
 * one story, so they stand together; a test holds each against the schema it is shown beside. Pure.
 */
import { exampleBatch } from "./example-batch.ts";
import { exampleRequests } from "./example-requests.ts";
import {
  cancelledTask,
  completedTask,
  created,
  failedTask,
  id,
  images,
  pendingTask,
  processingTask,
  submitId,
  submittedTask,
  taskEvents,
} from "./example-task.ts";
import { figuresExamples } from "./figures-examples.ts";
import { openAiBatchExamples } from "./openai-batch-examples.ts";

type Example = { summary: string; value: unknown };
export type Shown = {
  /** Of a JSON body. */
  request?: Record<string, Example>;
  /** By status; JSON unless another type is named. */
  answers: Record<number, Record<string, Example>>;
  /** By status, for answers that are a stream. */
  streams?: Record<number, string>;
};

const otherId = "imgtask_Z5jdHi6B-myTV1StGXR8_";
const deletedTask = { id, object: "image.generation.task", deleted: true };

const one = (summary: string, value: unknown) => ({ example: { summary, value } });

const accepted = { summary: "A task, at once", value: submittedTask };
const inQueue = { summary: "A task, at once", value: { ...submittedTask, status: "queued" } };
const withInputs = { ...submittedTask, input_images: 2 };
const waited = { summary: "The images, to a caller who waits", value: images };
const late = one("The time to wait is up; the task goes on", { ...submittedTask, status: "processing" });
const composition = one("Two reference images", exampleRequests.compositionRequest);
const wantsTask = { summary: "In this API's words", value: exampleRequests.imageRequest };

const session = { session: "us-…c3f9", region: "us" };
const credits = { total: 126, gift: 66, purchase: 0, vip: 60 };
const sessionError = {
  code: "session_expired",
  message: "Dreamina does not accept the session: it expired, or its region prefix is wrong.",
  hint: "Check the region prefix first, because a wrong one gets the same answer; if it is right, log in on the site again and copy the new sessionid cookie.",
};
const expired = { session: "hk-…0a41", region: "hk" };

const model = {
  id: "dreamina-4.5",
  object: "model",
  created: 1_700_000_000,
  owned_by: "dreamina",
  name: "Image 4.5",
  aliases: ["jimeng-4.5", "high_aes_general_v40l"],
  ratios: ["1:1", "16:9"],
  resolutions: ["2k"],
  sizes: { "2k": { "1:1": { width: 2048, height: 2048 }, "16:9": { width: 2560, height: 1440 } } },
  regions: ["cn", "us", "hk", "jp", "sg"],
  clouds: [],
  counts: [1, 2, 3, 4, 5, 6, 7, 8],
  max_count: 8,
  default_count: 4,
  max_inputs: 10,
  intelligent_ratio: true,
  credits_per_image: { "2k": 4 },
};

const health = {
  status: "ok",
  timestamp: created,
  upstream: "live",
  overridden: [],
  api_keys: "off",
  public_images: true,
  webhook_exempt_origin: null,
  reachable: { records: true, images: true, inputs: true, coordinator: true },
  queue: { backlog: 3, oldest_seconds: 2 },
};

const webhookSecret = {
  object: "webhook.secret",
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw3m9Jv0c6XyE=",
  created_at: created,
  previous: [],
};
const delivery = {
  id: "whd_V1StGXR8_Z5jdHi6B-myT",
  object: "webhook.delivery",
  type: "task.completed",
  data_id: id,
  url: "https://example.com/hooks/images",
  status: "delivered",
  attempts: 1,
  created_at: created + 42,
  last_attempt_at: created + 42,
  next_attempt_at: null,
  last_status: 204,
  last_error: null,
};
const sentAgain = { ...delivery, status: "pending", attempts: 0, next_attempt_at: created + 300 };

/** By operationId. */
export const examples: Record<string, Shown> = {
  createImage: {
    request: {
      task: wantsTask,
      openai: { summary: "In OpenAI's words: waits", value: exampleRequests.openAiImageRequest },
    },
    answers: { 200: { task: accepted, images: waited }, 202: late },
  },
  createImageTask: { request: { task: wantsTask }, answers: { 202: { task: inQueue } } },
  composeImage: {
    request: composition,
    answers: { 200: { task: { ...accepted, value: withInputs }, images: waited }, 202: late },
  },
  editImage: {
    answers: { 200: { images: waited, task: { ...accepted, value: withInputs } }, 202: late },
  },
  editImageTask: {
    answers: { 202: { task: { ...inQueue, value: { ...withInputs, status: "queued" } } } },
  },
  getTask: {
    answers: {
      200: {
        pending: { summary: "It waits for a free slot", value: pendingTask },
        processing: { summary: "Dreamina is at work", value: processingTask },
        completed: { summary: "The images are stored", value: completedTask },
        failed: { summary: "It failed, with the reason", value: failedTask },
      },
    },
  },
  streamTask: { answers: {}, streams: { 200: taskEvents } },
  listTasks: {
    answers: { 200: one("One task", { object: "list", data: [completedTask], has_more: false, last_id: id }) },
  },
  findTasks: {
    request: one("One id", { submit_ids: [submitId] }),
    answers: { 200: one("Its task", { created: created + 60, data: [completedTask] }) },
  },
  ...openAiBatchExamples,
  ...figuresExamples,
  deleteTask: { answers: { 200: one("It is deleted", deletedTask) } },
  deleteTasks: {
    request: one("Two ids", { ids: [id, otherId] }),
    answers: {
      200: one("One still runs", {
        object: "list",
        data: [
          deletedTask,
          {
            ...{ id: otherId, object: deletedTask.object, deleted: false },
            error: { code: "not_finished", message: "The task has not ended; cancel it first, or wait for its end." },
          },
        ],
      }),
    },
  },
  deletePicture: { answers: { 200: one("It is deleted", { task_id: id, index: 0, object: "image", deleted: true }) } },
  cancelTask: { answers: { 200: one("It had not begun", cancelledTask) } },
  createBatch: {
    request: one("Two requests", exampleBatch.request),
    answers: { 200: one("It runs", exampleBatch.running) },
  },
  listBatches: {
    answers: {
      200: one("One batch", {
        ...{ object: "list", data: [exampleBatch.completed], has_more: false },
        last_id: exampleBatch.completed.id,
      }),
    },
  },
  getBatch: {
    answers: {
      200: {
        running: { summary: "It runs", value: exampleBatch.running },
        completed: { summary: "Every request has ended", value: exampleBatch.completed },
      },
    },
  },
  listBatchTasks: {
    answers: { 200: one("One task", { object: "list", data: [exampleBatch.task], has_more: false, last_id: "0" }) },
  },
  cancelBatch: { answers: { 200: one("One had its images already", exampleBatch.cancelled) } },
  pauseBatch: { answers: { 200: one("One waits", exampleBatch.paused) } },
  resumeBatch: { answers: { 200: one("It runs", exampleBatch.running) } },
  retryBatch: { answers: { 200: one("It runs again", exampleBatch.running) } },
  getWebhookSecret: { answers: { 200: one("It was never replaced", webhookSecret) } },
  rotateWebhookSecret: {
    answers: {
      200: one("The former one signs for a day", {
        ...webhookSecret,
        previous: [{ secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8s2v1m0uWlA=", expires_at: created + 86_400 }],
      }),
    },
  },
  listWebhookDeliveries: {
    answers: { 200: one("One delivery", { object: "list", data: [delivery], has_more: false, last_id: delivery.id }) },
  },
  resendWebhookDelivery: { answers: { 200: one("It is sent again", sentAgain) } },
  testWebhook: {
    request: one("An address", { url: delivery.url }),
    answers: {
      200: one("It is on its way", {
        ...sentAgain,
        type: "webhook.test",
        data_id: null,
        last_attempt_at: null,
        last_status: null,
      }),
    },
  },
  getCredits: {
    answers: {
      200: one("One session has credits, another has expired", {
        object: "list",
        data: [
          { ...session, alive: true, health: "ok", credits, expires: [{ amount: 66, at: created + 7_200 }] },
          { ...expired, alive: false, health: "expired", credits: null, expires: [], error: sessionError },
        ],
      }),
    },
  },
  claimCredits: {
    answers: {
      200: one("The gift of the day", {
        object: "list",
        data: [{ session: "cn-…77b2", region: "cn", status: "claimed", claimed: 66, total: 192 }],
      }),
    },
  },
  checkSessions: {
    answers: {
      200: one("One is alive, another is written with the wrong prefix", {
        object: "list",
        data: [
          { ...session, alive: true, answers_in: ["us"], credits, message: "This session is alive." },
          {
            ...expired,
            alive: true,
            answers_in: ["us"],
            credits,
            message: "This session is alive, but its account does not live in hk: write it with the prefix us-.",
            error_code: "session_expired",
          },
        ],
      }),
    },
  },
  listModels: { answers: { 200: one("One of them, shortened", { object: "list", data: [model] }) } },
  getModel: { answers: { 200: one("Shortened", model) } },
  ping: { answers: { 200: one("It is there", { status: "ok", timestamp: created }) } },
  getHealth: {
    answers: {
      200: one("Every part answers", health),
      503: one("A bucket does not", {
        ...health,
        status: "degraded",
        reachable: { ...health.reachable, inputs: false },
      }),
    },
  },
};
