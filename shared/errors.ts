/**
 * The closed set of error codes, with HTTP status, OpenAI error type, hint, and whether a repetition can succeed. Every
 * error that callers see, of a request or a task, has one of these codes. No I/O.
 */
import * as z from "zod";

const hintSchema = z.object({ en: z.string(), zh: z.string() });
/** The next step for a person, in each language. */
export type Hint = z.infer<typeof hintSchema>;

type ErrorKind = {
  /** HTTP status of an answer that carries this code. */
  status: 400 | 401 | 402 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 416 | 424 | 429 | 500 | 502 | 504;
  /** OpenAI's error type; clients made for OpenAI switch on it. */
  type: string;
  hint: Hint;
  /** Whether the same request, sent again later and unchanged, may succeed. */
  retryable: boolean;
};

const badRequest = (en: string, zh: string): ErrorKind => ({
  status: 400,
  type: "invalid_request_error",
  hint: { en, zh },
  retryable: false,
});
const fromUpstream = (en: string, zh: string): ErrorKind => ({
  status: 502,
  type: "api_error",
  hint: { en, zh },
  retryable: true,
});

const errorKinds = {
  invalid_json: badRequest(
    "Send one JSON object, with the header Content-Type: application/json.",
    "请发送一个 JSON 对象，并带上请求头 Content-Type: application/json。",
  ),
  invalid_value: badRequest(
    "Correct the field named in `param` and send the request again.",
    "请改正 `param` 指出的字段，然后重新发送请求。",
  ),
  missing_value: badRequest(
    "Add the field named in `param` and send the request again.",
    "请补上 `param` 指出的字段，然后重新发送请求。",
  ),
  model_not_available: badRequest(
    "Choose another model, or add a session or key that has this one; the list of models names the regions and clouds of each.",
    "请换一个模型，或添加支持该模型的会话或密钥；模型列表写明了每个模型可用的区域和云平台。",
  ),
  unsupported_media_type: {
    ...badRequest(
      "Send the body as JSON, with the header Content-Type: application/json; routes that take images take multipart/form-data, too.",
      "请以 JSON 发送请求体，并带上请求头 Content-Type: application/json；接收图片的接口也支持 multipart/form-data。",
    ),
    status: 415,
  },
  body_too_large: {
    ...badRequest("Send a smaller body; the message names the limit.", "请缩小请求体；上限写在 message 里。"),
    status: 413,
  },
  unauthorized: {
    status: 401,
    type: "authentication_error",
    hint: {
      en: "Send the header Authorization: Bearer <session or key>. A session is the sessionid cookie of the site with its region in front: us-, hk-, jp- or sg- for dreamina.capcut.com, nothing for jimeng.jianying.com. A key has its cloud in front: ark-cn- for Volcengine Ark, ark-ap- or ark-eu- for BytePlus ModelArk.",
      zh: "请发送请求头 Authorization: Bearer <会话或密钥>。会话就是网站 Cookie 里的 sessionid，前面加上区域：dreamina.capcut.com 的账号加 us-、hk-、jp- 或 sg-，即梦 jimeng.jianying.com 的账号不加前缀。密钥前面加上所属的云：火山方舟加 ark-cn-，BytePlus ModelArk 加 ark-ap- 或 ark-eu-。",
    },
    retryable: false,
  },
  session_expired: {
    status: 401,
    type: "authentication_error",
    hint: {
      en: "Log in on the site again and copy the new sessionid cookie; if it is fresh, check the region prefix, because a wrong prefix gets the same answer.",
      zh: "请在网站上重新登录，并复制新的 sessionid Cookie；如果会话是刚拿到的，请检查区域前缀，前缀写错时得到的响应完全一样。",
    },
    retryable: false,
  },
  key_refused: {
    status: 401,
    type: "authentication_error",
    hint: {
      en: "Copy the key again from the console of its cloud, and check the cloud in front of it: ark-cn- for Volcengine Ark, ark-ap- or ark-eu- for BytePlus ModelArk. A key of another cloud, another region or a plan gets the same answer.",
      zh: "请从对应云平台的控制台重新复制密钥，并检查前缀：火山方舟用 ark-cn-，BytePlus ModelArk 用 ark-ap- 或 ark-eu-。密钥属于别的云平台、别的地域或套餐时，得到的响应完全一样。",
    },
    retryable: false,
  },
  insufficient_credits: {
    status: 402,
    type: "insufficient_quota",
    hint: {
      en: "Wait for the daily gift of credits, buy credits on the site, or use another session.",
      zh: "请等待每日赠送的积分，或在网站上购买积分，也可以换一个会话。",
    },
    retryable: false,
  },
  not_found: {
    status: 404,
    type: "not_found_error",
    hint: {
      en: "Check the address; GET /openapi.json lists every route. A task is visible only to callers who send a session it was created with.",
      zh: "请检查地址，GET /openapi.json 列出了全部接口。任务只对带有创建时所用会话的请求可见。",
    },
    retryable: false,
  },
  method_not_allowed: {
    status: 405,
    type: "invalid_request_error",
    hint: { en: "Use one of the methods in the Allow header.", zh: "请改用 Allow 响应头里列出的方法。" },
    retryable: false,
  },
  precondition_failed: {
    status: 412,
    type: "invalid_request_error",
    hint: {
      en: "Leave out If-Match and If-Unmodified-Since to get the image as it is; it differs from the version they name.",
      zh: "请去掉 If-Match 和 If-Unmodified-Since，以获取图片的当前内容；它与这两个请求头指定的版本不同。",
    },
    retryable: false,
  },
  range_not_satisfiable: {
    status: 416,
    type: "invalid_request_error",
    hint: {
      en: "Ask for bytes below the size in the Content-Range header, or leave out Range to get the whole image.",
      zh: "请求的字节范围不要超出 Content-Range 响应头给出的大小；去掉 Range 可以获取完整图片。",
    },
    retryable: false,
  },
  idempotency_conflict: {
    status: 409,
    type: "invalid_request_error",
    hint: {
      en: "Use a new Idempotency-Key for a new request; the old key belongs to another body.",
      zh: "新的请求请使用新的 Idempotency-Key；原来的值已经属于另一个请求体。",
    },
    retryable: false,
  },
  already_finished: {
    status: 409,
    type: "invalid_request_error",
    hint: {
      en: "Nothing is left to cancel; poll the task for its result.",
      zh: "任务已经结束，无法再取消；请查询任务，查看结果。",
    },
    retryable: false,
  },
  not_finished: {
    status: 409,
    type: "invalid_request_error",
    hint: {
      en: "Cancel the task, or wait until it has ended; then delete it.",
      zh: "请先取消任务，或等到任务结束，然后再删除。",
    },
    retryable: false,
  },
  input_image_unreachable: badRequest(
    "Check that the image opens without logging in, or send its bytes.",
    "请确认图片不登录也能打开，或者直接上传图片文件。",
  ),
  input_image_invalid: badRequest(
    "Send a whole JPEG, PNG, WebP, GIF or BMP image of at most 30 MiB; convert images of other kinds first.",
    "请使用完整的 JPEG、PNG、WebP、GIF 或 BMP 图片，不超过 30 MiB；其他格式请先转换。",
  ),
  input_image_forbidden: badRequest(
    "Use an image on a public http or https address.",
    "请使用公网 http 或 https 地址上的图片。",
  ),
  prompt_moderated: badRequest(
    "Reword the prompt: Dreamina's content rules refused it. Nothing was generated, but Dreamina may have charged for it.",
    "提示词没有通过即梦/Dreamina 的内容审核，没有生成图片，但仍可能扣了积分。请修改提示词。",
  ),
  input_moderated: badRequest(
    "Use other reference images: Dreamina's content rules refused them, and may have charged for it.",
    "参考图没有通过即梦/Dreamina 的内容审核，且仍可能扣了积分。请更换参考图。",
  ),
  output_moderated: badRequest(
    "Dreamina made the images but its content rules held them back. Reword the prompt; another attempt may pass, and each may be charged.",
    "图片已经生成，但没有通过即梦/Dreamina 的内容审核。请修改提示词；直接重试也有可能通过，但每次都可能扣积分。",
  ),
  risk_control: {
    status: 403,
    type: "permission_error",
    hint: {
      en: "An official key (ark-ap-… or ark-cn-…) works where sessions are refused. Or open the site with this account in a browser and generate one image by hand, wait some minutes, or use another session or network.",
      zh: "会话被拒绝时，官方密钥（ark-ap-… 或 ark-cn-…）仍然可用。也可以用这个账号在浏览器里打开网站，手动生成一张图片，或者等几分钟，换一个会话、换一个网络。",
    },
    retryable: false,
  },
  upstream_changed: fromUpstream(
    "Dreamina's answers have a form that this version does not know. Look for a newer version.",
    "即梦/Dreamina 的接口有变化，当前版本无法识别，请更新到新版本。",
  ),
  upstream_failed: fromUpstream(
    "Dreamina could not make this image. Send the request again.",
    "即梦/Dreamina 没能生成这张图片，请重新发送请求。",
  ),
  upstream_unreachable: fromUpstream(
    "Dreamina could not be reached. Try again later.",
    "无法连接即梦/Dreamina，请稍后再试。",
  ),
  // No status that clients repeat by themselves: each repetition is a new charge.
  outcome_unknown: {
    status: 424,
    type: "api_error",
    hint: {
      en: "The paid call was sent and its answer was lost: images may have been made and charged, and cannot be fetched any more. It is never sent again by itself. Look at the usage of the key in the console of its cloud; a new request is a new charge.",
      zh: "付费请求已经发出，但没有收到响应：图片可能已经生成并计费，而且无法再取回。系统不会自动重发。请在对应云平台的控制台查看该密钥的用量；重新发送请求会再次计费。",
    },
    retryable: false,
  },
  timeout: {
    status: 504,
    type: "api_error",
    hint: {
      en: "The task took longer than this server waits. Send the request again; the site's own history may still show the image.",
      zh: "任务超过了本服务的等待时限。请重新发送请求；图片也可能仍会出现在网站的历史记录里。",
    },
    retryable: true,
  },
  rate_limited: {
    status: 429,
    type: "rate_limit_error",
    hint: {
      en: "Wait as long as the answer says, or some minutes where it does not, then send the request again.",
      zh: "请按响应给出的时间（没有时等几分钟）等待，然后重新发送请求。",
    },
    retryable: true,
  },
  quota_exceeded: {
    status: 429,
    type: "insufficient_quota",
    hint: {
      en: "Wait until the moment in the message, or ask the administrator of this server for a higher limit of this API key.",
      zh: "请等到 message 里写明的时间，或请管理员提高这个 API 密钥的限额。",
    },
    retryable: true,
  },
  not_allowed: {
    status: 403,
    type: "permission_error",
    hint: {
      en: "Use what this key is allowed to use, or ask the administrator of this server to allow more.",
      zh: "请只使用这个密钥允许的功能，或请管理员放宽它的权限。",
    },
    retryable: false,
  },
  cancelled: {
    status: 409,
    type: "invalid_request_error",
    hint: {
      en: "The task was cancelled by its caller, or its job on the site. Send the request again if the images are wanted after all.",
      zh: "任务已被调用方取消，或作业已在网站上被取消。如果仍然需要图片，请重新发送请求。",
    },
    retryable: false,
  },
  internal: {
    status: 500,
    type: "api_error",
    hint: {
      en: "A fault of this server. Send the request again; if it fails again, send the operator the id of the request or task.",
      zh: "本服务内部出错。请重新发送请求；如果仍然失败，请把请求或任务的 id 告诉管理员。",
    },
    retryable: true,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export const errorCodes = Object.keys(errorKinds) as ErrorCode[];

/** The row of a code. */
export const errorKind = (code: ErrorCode): ErrorKind => errorKinds[code];

/** The error of a failed task, as stored and shown to its owner. A code of a later version reads as `internal`. */
export const taskErrorSchema = z.object({
  code: z.enum(errorCodes).catch("internal"),
  /** One sentence for a person, without a session. */
  message: z.string(),
  /** Replaces the hint of the code. */
  hint: hintSchema.optional().catch(undefined),
  /** Replaces `retryable` of the code. */
  retryable: z.boolean().optional().catch(undefined),
  /** The upstream's code and message key, if it sent any; its text for vague and unknown codes. */
  upstream: z
    .object({ ret: z.string().optional(), key: z.string().optional(), text: z.string().optional() })
    .optional(),
});
export type TaskError = z.infer<typeof taskErrorSchema>;

/** The hint of an error, and whether a repetition may succeed: its own values, or those of its code. */
export const remedyOf = ({ code, hint, retryable }: TaskError): Pick<ErrorKind, "hint" | "retryable"> => ({
  hint: hint ?? errorKinds[code].hint,
  retryable: retryable ?? errorKinds[code].retryable,
});

/** An error for the caller; the HTTP layer answers with it. Any other thrown error is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** The request field at fault; null: none. */
  readonly param: string | null;
  /** Replaces the hint of the code; null: it is that one. */
  readonly hint: Hint | null;

  constructor(code: ErrorCode, message: string, param: string | null = null, hint: Hint | null = null) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.param = param;
    this.hint = hint;
  }
}

/** The failure of tasks, for the caller who waited for them. Sent again, the request creates new tasks. */
export class TaskFailedError extends AppError {
  readonly taskIds: string[];
  readonly failure: TaskError;

  constructor(taskIds: string[], failure: TaskError) {
    super(failure.code, failure.message);
    this.name = "TaskFailedError";
    this.taskIds = taskIds;
    this.failure = failure;
  }
}
