/** What has happened when an error carries a code, for the table of errors; what to do about it is its hint. */
import type { ErrorCode, Hint } from "#shared/errors.ts";

export const errorCauses: Record<ErrorCode, Hint> = {
  invalid_json: {
    en: "The body is not JSON, or not one JSON object.",
    zh: "请求体不是 JSON，或者不是单个 JSON 对象。",
  },
  invalid_value: {
    en: "A field has a value that this server or the chosen model does not take. Nothing was spent.",
    zh: "某个字段的值不被本服务或所选模型接受。没有产生消耗。",
  },
  missing_value: { en: "A field that must be there is not.", zh: "缺少必填字段。" },
  model_not_available: {
    en: "There is no such model, or the region of the session or the cloud of the key does not have it, or the account has not activated it. `GET /v1/models` lists the models with their regions and clouds, with your Authorization those that you can use.",
    zh: "没有这个模型，或者会话所在的区域、密钥所属的云没有它，或者账号没有开通它。`GET /v1/models` 列出了全部模型及其区域和云；带上 Authorization 时只列出您能用的模型。",
  },
  unsupported_media_type: {
    en: "The body is neither one JSON object nor of another type that this route takes.",
    zh: "请求体既不是一个 JSON 对象，也不是这个接口支持的其他类型。",
  },
  body_too_large: { en: "The body is larger than this route takes.", zh: "请求体超过了这个接口的上限。" },
  unauthorized: {
    en: "The Authorization header is missing, or holds neither a session, nor a key with its cloud, nor an API key of this server.",
    zh: "缺少 Authorization 请求头，或者其中没有会话，没有写明所属云的密钥，也没有本服务的 API 密钥。",
  },
  key_refused: {
    en: "The cloud does not take the key: it is wrong, disabled, or belongs to another cloud, region or plan. Nothing was spent.",
    zh: "云平台不接受这个密钥：密钥有误、已停用，或者属于别的云平台、别的地域或别的套餐。没有产生费用。",
  },
  outcome_unknown: {
    en: "A paid call was sent with a key, and its answer was lost. It may have been charged; it is never sent again by itself.",
    zh: "使用密钥的付费请求已经发出，但没有收到响应。可能已经计费；系统不会自动重发。",
  },
  session_expired: {
    en: "Dreamina no longer takes the session, or it is written with the wrong region prefix.",
    zh: "即梦/Dreamina 不再接受这个会话，或者会话的区域前缀写错了。",
  },
  insufficient_credits: {
    en: "The account behind the session has fewer credits than the image costs, or the account behind the key has no money or quota left. `POST /v1/credits/claim` claims the daily gift of a session.",
    zh: "会话对应账号的积分不够生成这张图片，或者密钥对应的账号没有余额或额度了。`POST /v1/credits/claim` 可以领取会话的每日积分。",
  },
  not_found: {
    en: "No such resource, or it belongs to another caller.",
    zh: "这个地址没有内容，或者内容属于其他调用方。",
  },
  method_not_allowed: { en: "The address exists, but takes other methods.", zh: "地址存在，但不支持这个请求方法。" },
  precondition_failed: {
    en: "If-Match or If-Unmodified-Since names another version of the image.",
    zh: "If-Match 或 If-Unmodified-Since 指定的不是图片的当前版本。",
  },
  range_not_satisfiable: {
    en: "The Range header asks for bytes beyond the end of the image.",
    zh: "Range 请求头要求的字节超出了图片末尾。",
  },
  idempotency_conflict: {
    en: "The Idempotency-Key was used before, with another body.",
    zh: "这个 Idempotency-Key 已经用过，而且当时的请求体不同。",
  },
  already_finished: {
    en: "The task had ended before the request to cancel it came.",
    zh: "取消请求到达之前，任务已经结束。",
  },
  not_finished: {
    en: "The task is still waiting or running, so it cannot be deleted.",
    zh: "任务仍在等待或进行中，不能删除。",
  },
  input_image_unreachable: {
    en: "The address of a reference image did not answer with an image in time.",
    zh: "参考图的地址没有在时限内返回图片。",
  },
  input_image_invalid: {
    en: "A reference image is not of a type that is taken, or empty, cut off or too large.",
    zh: "参考图不是受支持的图片类型，或者文件为空、不完整或太大。",
  },
  input_image_forbidden: {
    en: "The address of a reference image leads where this server does not go: a private network, another protocol.",
    zh: "参考图的地址指向本服务不会访问的地方：内网或其他协议。",
  },
  prompt_moderated: {
    en: "The content rules of Dreamina, or of the key's cloud, refused the prompt.",
    zh: "提示词没有通过即梦/Dreamina 或密钥所属云的内容审核。",
  },
  input_moderated: {
    en: "The content rules of Dreamina, or of the key's cloud, refused a reference image.",
    zh: "参考图没有通过即梦/Dreamina 或密钥所属云的内容审核。",
  },
  output_moderated: {
    en: "The check of contents that follows the generation let no image pass.",
    zh: "生成之后的内容审核没有放行任何图片。",
  },
  risk_control: {
    en: "Dreamina's check against abuse refused this session or this server's network.",
    zh: "即梦/Dreamina 的风控拒绝了这个会话或本服务所在的网络。",
  },
  upstream_changed: {
    en: "Dreamina, or the key's cloud, answered in a form that this version does not understand.",
    zh: "即梦/Dreamina 或密钥所属云的响应无法被当前版本识别。",
  },
  upstream_failed: {
    en: "Dreamina, or the key's cloud, took the request and could not finish it.",
    zh: "即梦/Dreamina 或密钥所属云接受了请求，但没能完成。",
  },
  upstream_unreachable: {
    en: "Dreamina did not answer until the deadline, or the key's cloud did not answer a call that costs nothing.",
    zh: "到截止时间为止，即梦/Dreamina 一直没有应答，或者密钥所属云没有应答一个不收费的请求。",
  },
  timeout: {
    en: "A deadline of the task passed: `TASK_TIMEOUT_MINUTES` at Dreamina, or `TASK_MAX_WAIT_HOURS` in line. Or the server's wait for the images ended first; then the task goes on.",
    zh: "任务超过了期限：在即梦/Dreamina 处理的 `TASK_TIMEOUT_MINUTES`，或排队的 `TASK_MAX_WAIT_HOURS`。或者本服务等待图片的时间先用完了，任务仍会继续。",
  },
  rate_limited: {
    en: "Dreamina, the key's cloud, or this server was asked too often. `Retry-After` has the seconds to wait, where they are known.",
    zh: "对即梦/Dreamina、密钥所属云或本服务的请求过于频繁。已知需要等待的秒数时，写在 `Retry-After` 里。",
  },
  quota_exceeded: {
    en: "The API key has made as many images as it may in a day or a month, by UTC. Nothing was spent. The headers `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` have the limit, the rest of it, and when it is full again.",
    zh: "这个 API 密钥在一天或一个月（按 UTC 计算）内生成的图片已达上限。没有产生消耗。响应头 `X-RateLimit-Limit`、`X-RateLimit-Remaining` 和 `X-RateLimit-Reset` 给出上限、剩余数量和重新开始计数的时间。",
  },
  not_allowed: {
    en: "The API key may not do this: use this model, make batches, or make as many images or tasks as this one request needs. Nothing was spent.",
    zh: "这个 API 密钥没有这项权限：不能使用该模型，不能创建批次，或者不能生成这一个请求需要的图片数或任务数。没有产生消耗。",
  },
  cancelled: {
    en: "It was cancelled, here or on the site, before it had any image.",
    zh: "在有图片之前，任务在这里或在网站上被取消了。",
  },
  internal: {
    en: "An unexpected fault; the log has it under the request's id, which the answer has as `x-request-id`.",
    zh: "发生了意料之外的情况；可以用请求 id（响应头 `x-request-id`）在日志里查到。",
  },
};
