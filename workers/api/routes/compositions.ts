/** POST /v1/images/compositions: images to image. Stages the reference images and answers with a task id. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { AppError } from "../../../shared/errors.ts";
import type { TaskRecord } from "../../../shared/task/schema.ts";
import { createRouter } from "../app.ts";
import { authenticate } from "../caller.ts";
import {
  createTask,
  earlierTask,
  idempotencyHeader,
  newTaskId,
  planTask,
  submitted,
  submittedSchema,
} from "../create-task.ts";
import { validationError } from "../error-response.ts";
import { type ImageRequest, imageRequestSchema } from "../image-request.ts";
import { maxJsonBytes, readComposition } from "../inputs/composition-body.ts";
import { identitiesOf, openDesk } from "../inputs/desk.ts";
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

const files = z
  .array(z.string().meta({ format: "binary" }))
  .optional()
  .meta({
    description: `Files, repeated under this name; a text here is an address, a data-URL or base64. ${inputsDescription} All four names count together.`,
  });

/** A form has no null: what may be null in JSON is left out, or left empty. */
function formField(field: z.ZodType): z.ZodType {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : null;
  return inner instanceof z.ZodNullable ? z.optional(inner.unwrap()).meta({ ...field.meta() }) : field;
}

const formSchema = z
  .looseObject({
    ...Object.fromEntries(Object.entries(imageRequestSchema.shape).map(([name, field]) => [name, formField(field)])),
    image: files,
    "image[]": files,
    images: files,
    "images[]": files,
  })
  .meta({
    id: "CompositionForm",
    description:
      "The fields of a JSON request as texts, and at least one picture. Fields not listed here are accepted and ignored.",
  });

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
        "multipart/form-data": { schema: { $ref: "#/components/schemas/CompositionForm" } },
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
router.openAPIRegistry.register("CompositionForm", formSchema);

export const compositions = router.openapi(route, async (c) => {
  const { config, seal } = c.var;
  const taskId = newTaskId();
  const desk = openDesk(c.env.INPUTS, taskId);
  let isKnownUnmade = true;

  async function compose() {
    const { fields, arrivals } = await readComposition(c.req.raw, desk);
    const body = checkFields(fields);
    checkCount(arrivals.length);
    const plan = await planTask(c, taskId, body, await identitiesOf(arrivals, seal));
    const answer = (record: TaskRecord) => ({ ...submitted(c, plan, record), input_images: arrivals.length });
    const earlier = await earlierTask(c, plan);
    if (earlier !== null) {
      await desk.clear();
      return answer(earlier);
    }
    const inputs = await desk.bring(arrivals, outsideOf(c.req.url, config, c.env.IMAGES));
    isKnownUnmade = false;
    const { kind, record } = await createTask(c, plan, inputs);
    if (kind === "existing") await desk.clear();
    return answer(record);
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
