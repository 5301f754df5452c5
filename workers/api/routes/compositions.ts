/** POST /v1/images/compositions: images to image. Stages the reference images and answers with a task id. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { AppError } from "../../../shared/errors.ts";
import { createRouter } from "../app.ts";
import { authenticate } from "../caller.ts";
import { createTask, idempotencyHeader, newTaskId, planTask, submitted, submittedSchema } from "../create-task.ts";
import { validationError } from "../error-response.ts";
import { type ImageRequest, imageRequestSchema } from "../image-request.ts";
import { maxJsonBytes, readComposition } from "../inputs/composition-body.ts";
import { openDesk } from "../inputs/desk.ts";
import { fetchLimits, type Outside } from "../inputs/fetch-input.ts";
import { checkCount, maxInputs } from "../inputs/forms.ts";
import { authorized, errorAnswers } from "../openapi.ts";

const text = z.string().meta({ description: "Its address, a data-URL or base64." });
const wrapped = z.object({ url: text });
const inputSchema = z
  .union([text, wrapped, z.object({ image_url: z.union([text, wrapped]).meta({ description: "The picture." }) })])
  .meta({
    id: "InputImage",
    description:
      "A reference image: a public http or https address, a data-URL, or bare base64, as it is or in one of these objects. JPEG, PNG, WebP, GIF or BMP, at most 30 MiB.",
    example: "https://example.com/cat.png",
  });

const inputsDescription = `1 to ${maxInputs} reference images; some models take fewer, see GET /v1/models.`;
const compositionSchema = imageRequestSchema
  .extend({
    images: z
      .union([inputSchema, z.array(inputSchema)])
      .optional()
      .meta({ description: inputsDescription }),
    image: z
      .union([inputSchema, z.array(inputSchema)])
      .optional()
      .meta({ description: "The same as `images`. If both are sent, those of `image` come first." }),
  })
  .meta({
    id: "CompositionRequest",
    description: `Fields not listed here are accepted and ignored. At most ${maxJsonBytes / 1024 / 1024} MiB of JSON.`,
  });

const formSchema = {
  type: "object" as const,
  description:
    "The fields of a JSON request as texts, and the pictures as files under `image`, `image[]`, `images` or `images[]`, repeated. A text there is an address or base64.",
  required: ["prompt", "image"],
  properties: {
    prompt: { type: "string" as const, description: "What to make of the pictures." },
    image: {
      type: "array" as const,
      items: { type: "string" as const, format: "binary" },
      description: inputsDescription,
    },
  },
  additionalProperties: { type: "string" as const },
};

const route = createRoute({
  method: "post",
  path: "/v1/images/compositions",
  summary: "Images to image",
  description:
    "Accepts a prompt with 1 to 10 reference images and answers with a task id; the pictures are made in the background. The reference images are fetched and checked before the answer, and deleted when the task ends. Poll the task every two to three seconds, with the same Authorization.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate] as const,
  request: {
    headers: idempotencyHeader,
    body: {
      required: true,
      content: {
        // By reference, so that the framework does not read the body: it would hold a form whole.
        "application/json": { schema: { $ref: "#/components/schemas/CompositionRequest" } },
        "multipart/form-data": { schema: formSchema },
      },
    },
  },
  responses: {
    200: {
      description: "The task is accepted.",
      content: {
        "application/json": {
          schema: submittedSchema
            .extend({ input_images: z.int().meta({ description: "How many reference images it has." }) })
            .meta({ id: "CompositionSubmitted" }),
        },
      },
    },
    ...errorAnswers(400, 401, 409, 413, 415, 500),
  },
});

const router = createRouter();
router.openAPIRegistry.register("CompositionRequest", compositionSchema);

export const compositions = router.openapi(route, async (c) => {
  const { config } = c.var;
  const taskId = newTaskId();
  const desk = openDesk(c.env.INPUTS, taskId);
  let isKnownUnmade = true;

  async function compose() {
    const { fields, arrivals } = await readComposition(c.req.raw, desk);
    const body = checkFields(fields);
    checkCount(arrivals.length);
    const plan = { ...planTask(c, body, arrivals.length), taskId };
    const brought = await desk.bring(arrivals, outsideOf(c.req.url, config, c.env.IMAGES));
    isKnownUnmade = false;
    const { kind, record } = await createTask(c, plan, brought);
    if (kind === "existing") await desk.clear();
    return { ...submitted(c, record), input_images: arrivals.length };
  }

  const composed = compose().catch(async (error) => {
    // When the coordinator's answer is lost, the task may be there all the same, and need them.
    if (isKnownUnmade || error instanceof AppError) await desk.clear();
    throw error;
  });
  // Comes to its end, and tidies up, also when the caller hangs up on the way.
  c.executionCtx.waitUntil(composed.catch(() => {}));
  return c.json(await composed, 200);
});

function checkFields(fields: Record<string, unknown>): ImageRequest {
  const checked = imageRequestSchema.safeParse(fields);
  if (checked.success) return checked.data;
  throw validationError(checked.error, fields);
}

type Addresses = { PUBLIC_IMAGE_BASE_URL?: string | undefined; UPSTREAM_ORIGIN?: string | undefined };

function outsideOf(requestUrl: string, config: Addresses, images: R2Bucket): Outside {
  const self = new URL(requestUrl);
  const shown = config.PUBLIC_IMAGE_BASE_URL;
  const exempt = config.UPSTREAM_ORIGIN;
  return {
    fetch: (url, init) => fetch(url, init),
    images,
    surroundings: {
      self,
      pictureBases: [new URL("/images", self), ...(shown === undefined ? [] : [new URL(shown)])],
      exemptOrigin: exempt === undefined ? null : new URL(exempt).origin,
    },
    limits: fetchLimits,
  };
}
