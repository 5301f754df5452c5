/** A sentence for every code of the API and of this page. The API's messages are English only. */
import { messages, type Table } from "./index.ts";

const en: Record<string, string> = {
  invalid_json: "The server could not read what was sent.",
  invalid_value: "One of the settings cannot be used.",
  missing_value: "A required setting is missing.",
  model_not_available: "This model is not available to your sessions and keys.",
  unsupported_media_type: "The server does not accept this kind of file.",
  body_too_large: "The prompt and the images together are too large.",
  unauthorized: "The server does not accept this session or key.",
  session_expired: "The session has expired, or its region is wrong.",
  key_refused: "The cloud does not take this key: it is wrong, or belongs to another cloud.",
  insufficient_credits: "There are not enough credits or money left.",
  not_found: "This no longer exists, or belongs to another session or key.",
  method_not_allowed: "The server does not offer this.",
  precondition_failed: "The image has changed.",
  range_not_satisfiable: "The image has no such part.",
  idempotency_conflict: "This was already sent with other contents.",
  already_finished: "This has already ended.",
  not_finished: "This has not ended yet.",
  input_image_unreachable: "A reference image could not be fetched.",
  input_image_invalid: "A reference image cannot be used.",
  input_image_forbidden: "A reference image is at an address that is not allowed.",
  prompt_moderated: "Content moderation refused the prompt.",
  input_moderated: "Content moderation refused a reference image.",
  output_moderated: "Content moderation rejected every generated image.",
  risk_control: "Dreamina's bot protection refused this session.",
  upstream_changed: "The site or cloud sent an answer that this version does not understand.",
  upstream_failed: "The site or cloud could not make the images.",
  upstream_unreachable: "The site or cloud could not be reached.",
  outcome_unknown:
    "The paid request was sent, but its answer was lost: it may have been charged. Trying again is a new charge.",
  timeout: "It took too long.",
  rate_limited: "Too many requests at once.",
  cancelled: "Cancelled.",
  internal: "Unexpected server error.",
  offline: "The server cannot be reached.",
  no_sessions: "Add a session or key, or switch one on.",
  unreadable: "The server's answer could not be read.",
};

const zh: Record<string, string> = {
  invalid_json: "服务器无法读取发送的内容。",
  invalid_value: "有一项设置无效。",
  missing_value: "缺少必填的设置。",
  model_not_available: "你的会话和密钥不支持该模型。",
  unsupported_media_type: "服务器不支持该文件类型。",
  body_too_large: "提示词和图片合起来过大。",
  unauthorized: "会话或密钥无效。",
  session_expired: "会话已过期，或区域不正确。",
  key_refused: "云平台拒绝了该密钥：密钥有误，或属于其他云平台。",
  insufficient_credits: "积分或余额不足。",
  not_found: "内容不存在，或属于其他会话或密钥。",
  method_not_allowed: "服务器不支持该操作。",
  precondition_failed: "图片已变更。",
  range_not_satisfiable: "请求的图片范围无效。",
  idempotency_conflict: "这个请求已用其他内容发送过。",
  already_finished: "任务已结束。",
  not_finished: "任务尚未结束。",
  input_image_unreachable: "有一张参考图无法下载。",
  input_image_invalid: "有一张参考图无法使用。",
  input_image_forbidden: "有一张参考图的地址不被允许。",
  prompt_moderated: "提示词未通过内容审核。",
  input_moderated: "参考图未通过内容审核。",
  output_moderated: "生成的图片均未通过内容审核。",
  risk_control: "该会话被平台风控拦截。",
  upstream_changed: "平台返回了当前版本无法识别的内容。",
  upstream_failed: "平台未能生成图片。",
  upstream_unreachable: "无法连接平台。",
  outcome_unknown: "付费请求已经发出，但没有收到响应，可能已经计费。重试会再次计费。",
  timeout: "任务超时。",
  rate_limited: "请求过于频繁。",
  cancelled: "已取消。",
  internal: "服务器发生意外错误。",
  offline: "无法连接服务器。",
  no_sessions: "请先添加或启用会话或密钥。",
  unreadable: "无法读取服务器的响应。",
};

export const errorMessages: Table<Record<string, string>> = { en, zh };

/** @returns the sentence for a code; for a code of a later version, that of `internal`. */
export function sentenceFor(code: string): string {
  const table = messages(errorMessages);
  return table[code] ?? table.internal ?? code;
}
