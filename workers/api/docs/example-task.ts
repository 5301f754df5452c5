/** One task from submit to end, as its caller sends and reads it, for the examples of the API's document. Pure. */
import { errorKind } from "#shared/errors.ts";

export const id = "imgtask_V1StGXR8_Z5jdHi6B-myT";
export const submitId = "7c0c4f40-32e8-44f3-8180-2a10794efc34";
export const created = 1_795_363_703;
const expires = created + 30 * 24 * 60 * 60;
const link = `https://api.example.com/images/${id}/0.png`;
const smallLink = `https://api.example.com/images/${id}/0/small`;

export const submittedTask = {
  id,
  task_id: id,
  object: "image.generation.task",
  status: "pending",
  submit_id: submitId,
  message: `Task accepted. Its images take one to three minutes: poll GET /v1/images/tasks/${id} every 2 to 3 seconds.`,
  created,
  created_at: created,
  expires_at: expires,
  poll_url: `https://api.example.com/v1/images/tasks/${id}`,
  estimated_credits: 16,
};

export const images = {
  created: created + 39,
  data: [{ url: link }],
  output_format: "png",
  usage: {
    total_tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
    input_tokens_details: { image_tokens: 0, text_tokens: 0 },
  },
  task_id: id,
};

const request = {
  prompt: "a lighthouse at dawn, oil on canvas",
  model: "dreamina-4.5",
  ratio: "16:9",
  n: 1,
};

const task = {
  taskId: id,
  task_id: id,
  id,
  object: "image.generation.task",
  createdAt: created,
  created_at: created,
  submit_id: submitId,
  model: "dreamina-4.5",
  request,
  seed: 2_512_345_678,
  input_images: 0,
  expires_at: expires,
  partial: false,
};

export const pendingTask = { ...task, status: "pending", progress: 0, updated_at: created, queue_position: 2 };

export const processingTask = {
  ...task,
  status: "processing",
  progress: 46,
  images: [],
  updated_at: created + 18,
  eta_seconds: 12,
};

export const completedTask = {
  ...task,
  status: "completed",
  progress: 100,
  images: [link],
  updated_at: created + 39,
  completed_at: created + 39,
  data: [{ url: link, small_url: smallLink, width: 2560, height: 1440, bytes: 2_900_000, content_type: "image/png" }],
  result: { created: created + 39, data: [{ url: link }] },
};

const refusal = "Dreamina's moderation refused the prompt.";

export const failedTask = {
  ...task,
  status: "failed",
  progress: 20,
  updated_at: created + 9,
  error: refusal,
  error_code: "prompt_moderated",
  error_info: {
    code: "prompt_moderated",
    message: refusal,
    hint: errorKind("prompt_moderated").hint.en,
    retryable: false,
    upstream: { ret: "2038" },
  },
};

export const cancelledTask = {
  ...task,
  status: "failed",
  progress: 0,
  updated_at: created + 4,
  error: "The task was cancelled.",
  error_code: "cancelled",
  error_info: {
    code: "cancelled",
    message: "The task was cancelled.",
    hint: errorKind("cancelled").hint.en,
    retryable: false,
  },
  cancel: "done",
};

/** What `/events` sends of it. */
export const taskEvents = [
  "retry: 1000",
  "id: 4",
  `data: ${JSON.stringify(processingTask)}`,
  "",
  ": nothing new",
  "id: 5",
  `data: ${JSON.stringify(completedTask)}`,
  "",
  "",
].join("\n");
