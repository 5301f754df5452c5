/**
 * The closed set of error codes: HTTP status, OpenAI error type, what to do next, and whether repeating can help.
 * Every error a caller sees, refused request or failed task, carries one of these codes. No I/O.
 */
import * as z from "zod";

type ErrorKind = {
  /** HTTP status of an answer that carries this code. */
  status: 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 502 | 504;
  /** OpenAI's word for the family of the error; their clients switch on it. */
  type: string;
  /** What the person who reads it can do now. */
  hint: string;
  /** Whether the same request, sent again later and unchanged, may succeed. */
  retryable: boolean;
};

const badRequest = (hint: string): ErrorKind => ({
  status: 400,
  type: "invalid_request_error",
  hint,
  retryable: false,
});
const fromUpstream = (hint: string): ErrorKind => ({ status: 502, type: "api_error", hint, retryable: true });

const errorKinds = {
  invalid_json: badRequest("Send one JSON object, with the header Content-Type: application/json."),
  invalid_value: badRequest("Correct the field named in `param` and send the request again."),
  missing_value: badRequest("Add the field named in `param` and send the request again."),
  model_not_available: badRequest("GET /v1/models lists every model and the regions that have it."),
  unsupported_media_type: {
    ...badRequest("Send the body as JSON, with the header Content-Type: application/json."),
    status: 415,
  },
  body_too_large: { ...badRequest("Send a smaller body; the message names the limit."), status: 413 },
  unauthorized: {
    status: 401,
    type: "authentication_error",
    hint: "Send the header Authorization: Bearer <session>, where a session is the sessionid cookie of the site with its region in front: us-, hk-, jp- or sg- for dreamina.capcut.com, nothing for jimeng.jianying.com.",
    retryable: false,
  },
  session_expired: {
    status: 401,
    type: "authentication_error",
    hint: "Log in on the site again and copy the new sessionid cookie; if it is fresh, check the region prefix, because a wrong prefix gets the same answer.",
    retryable: false,
  },
  insufficient_credits: {
    status: 402,
    type: "insufficient_quota",
    hint: "Wait for the daily gift of credits, buy credits on the site, or use another session.",
    retryable: false,
  },
  not_found: {
    status: 404,
    type: "not_found_error",
    hint: "Check the address; GET /openapi.json lists every route. A task is shown only to a caller who sends a session it was created with.",
    retryable: false,
  },
  method_not_allowed: {
    status: 405,
    type: "invalid_request_error",
    hint: "Use one of the methods in the Allow header.",
    retryable: false,
  },
  idempotency_conflict: {
    status: 409,
    type: "invalid_request_error",
    hint: "Use a new Idempotency-Key for a new request; the old key belongs to another body.",
    retryable: false,
  },
  already_finished: {
    status: 409,
    type: "invalid_request_error",
    hint: "Nothing is left to cancel; poll the task for its result.",
    retryable: false,
  },
  input_image_unreachable: badRequest("Check that the image opens without logging in, or send its bytes."),
  input_image_invalid: badRequest("Send a JPEG, PNG or WebP picture."),
  input_image_forbidden: badRequest("Use an image on a public http or https address."),
  prompt_moderated: badRequest("Reword the prompt: Dreamina's content rules refused it. Nothing was generated."),
  input_moderated: badRequest("Use other reference images: Dreamina's content rules refused them."),
  output_moderated: badRequest(
    "Dreamina made the pictures but its content rules held them back. Reword the prompt; a new try may also pass.",
  ),
  risk_control: {
    status: 403,
    type: "permission_error",
    hint: "Open the site with this account in a browser and generate one picture by hand, wait some minutes, or use another session or network.",
    retryable: false,
  },
  upstream_changed: fromUpstream("Dreamina answers in a form this version does not know. Look for a newer version."),
  upstream_failed: fromUpstream("Dreamina could not make this picture. Send the request again."),
  upstream_unreachable: fromUpstream("Dreamina could not be reached for a long time. Try again later."),
  timeout: {
    status: 504,
    type: "api_error",
    hint: "The task took longer than this server waits. Send the request again; the site's own history may still show the picture.",
    retryable: true,
  },
  rate_limited: {
    status: 429,
    type: "rate_limit_error",
    hint: "Wait for the seconds in Retry-After, then send the request again.",
    retryable: true,
  },
  cancelled: {
    status: 409,
    type: "invalid_request_error",
    hint: "The task was cancelled by its caller. Send the request again if the pictures are wanted after all.",
    retryable: false,
  },
  internal: {
    status: 500,
    type: "api_error",
    hint: "A fault of this server. Send the request again; if it stays, tell the operator the x-request-id or the task id.",
    retryable: true,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export const errorCodes = Object.keys(errorKinds) as ErrorCode[];

/** The table's row for a code. */
export const errorKind = (code: ErrorCode): ErrorKind => errorKinds[code];

/** Why a task failed, as it is stored and shown to its owner. A code of a later version reads as `internal`. */
export const taskErrorSchema = z.object({
  code: z.enum(errorCodes).catch("internal"),
  /** One sentence for a person; never holds a session. */
  message: z.string(),
  /** The upstream's own code and message key, where it gave any. */
  upstream: z.object({ ret: z.string().optional(), key: z.string().optional() }).optional(),
});
export type TaskError = z.infer<typeof taskErrorSchema>;

/** Something a caller did or met, on its way to the HTTP edge. Anything else that is thrown is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** The request field at fault, if one is. */
  readonly param: string | null;

  constructor(code: ErrorCode, message: string, param: string | null = null) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.param = param;
  }
}
