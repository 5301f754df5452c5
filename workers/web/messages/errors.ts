/** Every code of the API, and this page's own, as a sentence. The API's messages are English only. */
import { messages, type Table } from "./index.ts";

const en: Record<string, string> = {
  invalid_json: "The server could not read the request.",
  invalid_value: "One of the settings cannot be used.",
  missing_value: "Something is missing from the request.",
  model_not_available: "This model is not available to your sessions.",
  unsupported_media_type: "The server does not take this kind of file.",
  body_too_large: "The request is too large.",
  unauthorized: "The server does not accept this session or key.",
  session_expired: "The session has expired, or its region is wrong.",
  insufficient_credits: "There are not enough credits left.",
  not_found: "This no longer exists, or belongs to another session.",
  method_not_allowed: "The server does not offer this.",
  precondition_failed: "The image has changed.",
  range_not_satisfiable: "The image has no such part.",
  idempotency_conflict: "This request was already sent with other contents.",
  already_finished: "It has already finished.",
  input_image_unreachable: "A reference image could not be fetched.",
  input_image_invalid: "A reference image is not an image that can be used.",
  input_image_forbidden: "A reference image is at an address that may not be used.",
  prompt_moderated: "The prompt was refused by Dreamina's content rules.",
  input_moderated: "A reference image was refused by Dreamina's content rules.",
  output_moderated: "The images were held back by Dreamina's content rules.",
  risk_control: "Dreamina's protection against robots refused this session.",
  upstream_changed: "Dreamina answered in a way this version does not know.",
  upstream_failed: "Dreamina could not make the images.",
  upstream_unreachable: "Dreamina could not be reached.",
  timeout: "It took too long.",
  rate_limited: "Too many requests at once.",
  cancelled: "Cancelled.",
  internal: "The server met an unexpected fault.",
  offline: "The server cannot be reached.",
  no_sessions: "There is no session yet.",
  unreadable: "The server's answer could not be read.",
};

const zh: Record<string, string> = {
  invalid_json: "服务器无法读取这个请求。",
  invalid_value: "有一项设置无法使用。",
  missing_value: "请求里缺少内容。",
  model_not_available: "你的会话无法使用这个模型。",
  unsupported_media_type: "服务器不接受这种文件。",
  body_too_large: "请求太大了。",
  unauthorized: "服务器不接受这个会话或密钥。",
  session_expired: "会话已过期，或者区域不对。",
  insufficient_credits: "积分不够了。",
  not_found: "内容已不存在，或者属于别的会话。",
  method_not_allowed: "服务器不提供这项功能。",
  precondition_failed: "图片已经变化。",
  range_not_satisfiable: "图片没有这一部分。",
  idempotency_conflict: "同一个请求已经带着别的内容发送过。",
  already_finished: "任务已经结束。",
  input_image_unreachable: "有一张参考图无法获取。",
  input_image_invalid: "有一张参考图不是可用的图片。",
  input_image_forbidden: "有一张参考图的地址不允许使用。",
  prompt_moderated: "提示词没有通过内容审核。",
  input_moderated: "参考图没有通过内容审核。",
  output_moderated: "生成的图片没有通过内容审核。",
  risk_control: "这个会话被平台风控拦下了。",
  upstream_changed: "平台的回答方式变了，当前版本不认识。",
  upstream_failed: "平台没能生成图片。",
  upstream_unreachable: "无法连接平台。",
  timeout: "等待时间太长，任务超时。",
  rate_limited: "请求太频繁了。",
  cancelled: "已取消。",
  internal: "服务器出现了意外错误。",
  offline: "无法连接服务器。",
  no_sessions: "还没有会话。",
  unreadable: "无法读懂服务器的回答。",
};

export const errorMessages: Table<Record<string, string>> = { en, zh };

/** A sentence for a code; for one of a later version, the sentence for an unexpected fault. */
export function sentenceFor(code: string): string {
  const table = messages(errorMessages);
  return table[code] ?? table.internal ?? code;
}
