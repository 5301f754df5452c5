/**
 * What the routes' descriptions share (the ways to authorize, the documented errors, headers of answers), and the
 * document at /openapi.json that they make together.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type * as z from "zod";
import { errorCauses } from "#api/docs/causes.ts";
import { apiDescription } from "#api/docs/description.ts";
import { showExamples } from "#api/docs/examples-on.ts";
import { oneTypeOf } from "#api/docs/one-type-of.ts";
import { splitNullEnums } from "#api/docs/split-null-enums.ts";
import { type ErrorCode, errorCodes, errorKind } from "#shared/errors.ts";
import { errorBodySchema } from "#shared/wire/error.ts";
import { ownUrl } from "./address.ts";
import type { AppEnv } from "./app.ts";

const header = (type: "string" | "integer", example: string | number, description: string) => ({
  description,
  schema: { type },
  example,
});

/** Headers of answers; `answerHeaders` puts them into an answer. */
const headers = {
  "x-request-id": header(
    "string",
    "0e3b0f6c-5d0b-4a3c-9f57-0f7f0b8f7a55",
    "The request's id: name it when you report a fault.",
  ),
  "Retry-After": header("integer", 3, "Seconds after which asking again is likely to bring something new."),
  Location: header(
    "string",
    "/v1/images/tasks/imgtask_V1StGXR8_Z5jdHi6B-myT",
    "The task's address, relative to this server.",
  ),
  "x-should-retry": header(
    "string",
    "false",
    "`false`: the same request, sent again, cannot succeed, or might be paid for twice. Absent otherwise.",
  ),
  "Idempotent-Replayed": header(
    "string",
    "true",
    "`true`: the request was sent before, and this is about the task it made then; nothing more is made or paid. Absent otherwise.",
  ),
  "X-RateLimit-Limit": header(
    "integer",
    100,
    "With a named key that has a limit: the tighter limit of images, of a day or a month.",
  ),
  "X-RateLimit-Remaining": header("integer", 87, "The rest of that limit."),
  "X-RateLimit-Reset": header("integer", 1764460800, "When that limit is full again, Unix seconds."),
  "Content-Language": header("string", "en", "The language of the hints, `en` or `zh`."),
  ETag: header(
    "string",
    '"9f86d081884c7d659a2feaa0c55ad015"',
    "The image's version, for `If-None-Match` and `If-Range`.",
  ),
  "Cache-Control": header("string", "public, max-age=31536000, immutable", "How long it may be kept."),
  "Content-Range": header("string", "bytes 0-1023/2900000", "Which part of the image this is."),
  "Content-Disposition": header(
    "string",
    'attachment; filename="imgtask_….png"',
    "To be shown, or saved under a name.",
  ),
};

type HeaderName = keyof typeof headers;

const componentOf = (name: HeaderName): string =>
  name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());

/** Headers of an answer, for its route's description. Every answer has an x-request-id besides. */
export const answerHeaders = (...names: HeaderName[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${componentOf(name)}` }]));

const reasons = {
  400: "The request, or something in it, cannot be taken; `error.param` names the field.",
  401: "No session in the Authorization header can be used.",
  402: "The session's account has no credits left.",
  403: "Dreamina's check against abuse refused the session or the network.",
  404: "No such resource, or it belongs to another caller.",
  405: "The address takes other methods: see the Allow header.",
  409: "Conflicts with the current state of the resource.",
  412: "A condition of the request does not hold.",
  413: "The body is too large.",
  415: "The body is of a type this route does not take.",
  416: "The range asked for lies outside.",
  424: "The caller waited, and the task failed, or is not ready. The same request again would be another task.",
  429: "Too much at once.",
  500: "A fault of this server.",
  502: "Dreamina failed, could not be reached, or answered in an unknown form.",
  504: "The task took longer than this server waits.",
} as const;

type Status = keyof typeof reasons;

/** The documented errors of a route, all with the same body: every code that has one of these statuses. */
export function errorAnswers<S extends Status>(...statuses: S[]): Record<S, ErrorAnswer> {
  const answers = statuses.map((status) => [status, errorAnswer(status)]);
  return Object.fromEntries(answers) as Record<S, ErrorAnswer>;
}

/** Of a caller with a named key that has a limit of images. */
export const limitHeaders: HeaderName[] = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/** Headers of single statuses. */
const ownHeaders: Partial<Record<Status, HeaderName[]>> = {
  416: ["Content-Range"],
  429: ["Retry-After", ...limitHeaders],
};

type ErrorAnswer = ReturnType<typeof errorAnswer>;

/** One of them. @param only the codes this route can answer with, where they are not all of the status. */
export function errorAnswer(status: Status, ...only: ErrorCode[]) {
  const codes = only.length > 0 ? only : errorCodes.filter((code) => errorKind(code).status === status);
  const names = codes.map((code) => `[\`${code}\`](/docs#errors-${code})`);
  const examples = Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]));
  const own = ownHeaders[status] ?? [];
  return {
    description: `${reasons[status]} ${names.join(", ")}.`,
    headers: answerHeaders("Content-Language", "x-should-retry", ...own),
    content: { "application/json": { schema: errorBodySchema, examples } },
  };
}

/** What the errors that are about one field, or have words of their own, say for example. */
const exampleMessages: Partial<Record<ErrorCode, { message: string; param: string | null }>> = {
  invalid_json: { message: "The body is not valid JSON.", param: null },
  invalid_value: {
    message: 'ratio is "5:4"; it must be one of 1:1, 4:3, 3:4, 16:9, 9:16, 3:2, 2:3, 21:9.',
    param: "ratio",
  },
  missing_value: { message: "prompt is required.", param: "prompt" },
  model_not_available: {
    message: "dreamina-4.7 is not available in the region of your session (us); available: dreamina-4.6, dreamina-4.5.",
    param: "model",
  },
  unauthorized: { message: "The Authorization header holds no session.", param: null },
  not_found: { message: "There is no such task for this Authorization.", param: null },
  idempotency_conflict: {
    message: "This Idempotency-Key was used before with another body.",
    param: "idempotency-key",
  },
  input_image_unreachable: { message: "images.0: the address answered 404.", param: "images.0" },
  precondition_failed: { message: 'If-Match does not hold: the image\'s ETag is "9f86d081".', param: "if-match" },
  range_not_satisfiable: {
    message: "The range bytes=3000000- lies outside the image, which has 2900000 bytes.",
    param: "range",
  },
  internal: { message: "The server met an unexpected fault; there is no answer.", param: null },
};

function exampleOf(code: ErrorCode): z.infer<typeof errorBodySchema> {
  const { type, hint, retryable } = errorKind(code);
  const { message, param } = exampleMessages[code] ?? { message: errorCauses[code].en, param: null };
  return { error: { message, type, param, code, hint: hint.en, retryable, docs: `/docs#errors-${code}` } };
}

export function serveDocument(app: OpenAPIHono<AppEnv>): void {
  const { openAPIRegistry } = app;
  openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "us-0123456789abcdef0123456789abcdef",
    description:
      "One session, or several separated by commas: the `sessionid` cookie of the site, with its region in front: `us-`, `hk-`, `jp-`, `sg-` for dreamina.capcut.com, nothing for jimeng.jianying.com. One of them is chosen for each task. The headers `api-key` and `x-api-key` are read like `Authorization` where that is missing.",
  });
  openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "sk-…",
    description: "A key of this server, which stands for sessions of its own. Only where the operator set them up.",
  });
  openAPIRegistry.registerComponent("securitySchemes", "adminKey", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "adm-…",
    description: "The key of the administrator, which `npm run deploy` made and showed once.",
  });
  for (const [name, header] of Object.entries(headers)) {
    openAPIRegistry.registerComponent("headers", componentOf(name as HeaderName), header);
  }
  // Made when first asked for, and once: it takes longer than many a Worker may, and only the address differs.
  let document: Document | undefined;
  app.get("/openapi.json", (c) => {
    document ??= completed(documentOf(app));
    const url = ownUrl(c).origin;
    const externalDocs = { url: `${url}/docs`, description: "How to begin, and what every error code means." };
    return c.json({ ...document, servers: [{ url, description: "This server." }], externalDocs });
  });
}

/** OpenAPI 3.1 knows `summary` and `identifier`, the framework's types do not: so it stands by itself. */
const info = {
  title: "Dreamina image API",
  version: "0.1.0",
  summary: "Prompts in, links to images out; asynchronous.",
  description: apiDescription,
  license: { name: "MIT", identifier: "MIT" },
};

const documentOf = (app: OpenAPIHono<AppEnv>) =>
  app.getOpenAPI31Document({
    openapi: "3.1.0",
    info,
    tags: [
      { name: "Images", description: "Make images, follow the tasks that make them, and fetch them." },
      { name: "Batches", description: "Many requests at once, watched as one." },
      { name: "Webhooks", description: "Be told how tasks end, with signatures, a log and a test." },
      { name: "Sessions", description: "Whether sessions work, and the credits behind them." },
      {
        name: "Administration",
        description: "Keys, the pool of sessions and keys, and how the server runs. For its administrator.",
      },
      { name: "About", description: "What this server offers and how it is. No authorization." },
    ],
  });

type Document = ReturnType<typeof documentOf>;

/**
 * Adds what holds for every route: the x-request-id of each answer, the examples, the forms that generators understand.
 */
function completed(document: Document): Document {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path.get, path.post, path.patch, path.delete]) {
      if (operation === undefined) continue;
      showExamples(operation);
      for (const answer of Object.values(operation.responses ?? {})) {
        if (!("description" in answer)) continue;
        answer.headers = { ...answer.headers, ...answerHeaders("x-request-id") };
        oneTypeOf(answer);
      }
    }
  }
  splitNullEnums(document);
  return document;
}
