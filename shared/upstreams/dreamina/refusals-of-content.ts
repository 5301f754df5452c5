/**
 * Refusals of contents: prompt, reference images or made images. Each may be charged although no image is delivered
 * (two clients of the Chinese site, 2026-10). Data only; known-refusal.ts explains the fields.
 */
import type { KnownRefusal } from "./known-refusal.ts";

export const contentRefusals: readonly KnownRefusal[] = [
  {
    class: "moderation",
    codes: ["1063", "2005", "2038"],
    keys: ["web_text_violates_community_guidelines_toast", "web_prompt_violate_guidelines_tip", "inputtextrisk"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Dreamina's content rules refused the prompt.",
    hint: {
      en: "Reword the prompt. Nothing was generated, but Dreamina may have charged for it.",
      zh: "提示词没有通过内容审核，没有生成图片，但仍可能扣了积分。请修改提示词。",
    },
    seen: "2038 and the keys by clients of both sites 2026, sure; 1063 and 2005 in one client's list each",
  },
  {
    class: "moderation",
    codes: ["1159", "2050"],
    keys: [],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Dreamina refused the prompt because of a copyright.",
    hint: {
      en: "Take names of works, figures, brands and artists out of the prompt. Each attempt may be charged.",
      zh: "请从提示词中去掉作品、角色、品牌或艺术家的名字。每次尝试都可能扣积分。",
    },
    seen: "in one client's list each, 2026, likely by their names",
  },
  {
    class: "moderation",
    codes: ["2003", "2039", "2041"],
    keys: ["web_image_violates_community_guidelines_toast", "inputimagerisk"],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Dreamina's content rules refused a reference image.",
    hint: {
      en: "Use other reference images. Nothing was generated, but Dreamina may have charged for it.",
      zh: "参考图没有通过内容审核，没有生成图片，但仍可能扣了积分。请更换参考图。",
    },
    seen: "2003 from the check of uploads, China 2026-02, likely; 2039 contradictory: one video client reads credits, so a key beside it decides; 2041 in one client's list",
  },
  {
    class: "moderation",
    codes: ["2048"],
    keys: [],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Dreamina refused a reference image because of a copyright.",
    hint: {
      en: "Use reference images without figures, logos or works of others. Each attempt may be charged.",
      zh: "请使用不含他人角色、商标或作品的参考图。每次尝试都可能扣积分。",
    },
    seen: "in one client's list, 2026, likely by its name",
  },
  {
    class: "moderation",
    codes: ["4011"],
    keys: [],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Dreamina refused a reference image because it shows a real person's face.",
    hint: {
      en: "Use reference images without real faces: drawn ones, seen from behind, or cropped. Each attempt may be charged.",
      zh: "请使用不含真人面部的参考图，例如插画、背影，或者裁掉面部。每次尝试都可能扣积分。",
    },
    seen: "as fail code with the text RejectFace, clients of both sites 2026, sure",
  },
  {
    class: "moderation",
    codes: ["2004"],
    keys: ["outputimagerisk"],
    verdict: "refused",
    code: "output_moderated",
    retryable: false,
    message: "Dreamina's content rules held back the images it had made.",
    hint: {
      en: "Reword the prompt, or send the request again with another seed, which may pass. Dreamina may charge for each attempt.",
      zh: "图片已生成，但没有通过内容审核。请修改提示词，或换一个随机种子重试，也许能通过。每次尝试都可能扣积分。",
    },
    seen: "the key by clients of both sites 2026, likely; 2004 in one client's list",
  },
  {
    class: "moderation",
    codes: ["2042", "2043"],
    keys: ["ErrMessage_APP_OutputVideoRisk"],
    verdict: "refused",
    code: "output_moderated",
    retryable: false,
    message: "Dreamina's content rules held back the result.",
    hint: {
      en: "Reword the prompt or use other reference images. Each attempt may be charged.",
      zh: "生成的内容没有通过审核。请修改提示词，或更换参考图。每次尝试都可能扣积分。",
    },
    seen: "in one client's list each, 2026; meant for video, never met with images; another client reads 2043 as a failure",
  },
  {
    class: "moderation",
    codes: [],
    keys: ["web_fail2generate_copyright_block"],
    verdict: "refused",
    code: "output_moderated",
    retryable: false,
    message: "Dreamina held back the images because of a copyright.",
    hint: {
      en: "Take names of works, figures, brands and artists out of the prompt and use other reference images. Each attempt may be charged.",
      zh: "结果涉及版权内容，已被拦截。请从提示词中去掉作品、角色、品牌或艺术家的名字，并更换参考图。每次尝试都可能扣积分。",
    },
    seen: "as key of failed jobs whose fail code was empty, China 2026-09, likely",
  },
  {
    class: "moderation",
    codes: [],
    keys: ["web_fail2generate_input_retry"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Dreamina asks for another prompt or other reference images.",
    hint: {
      en: "Change the prompt, or the reference images if there are any, and send the request again. Each attempt may be charged.",
      zh: "请修改提示词（如有参考图，也可更换参考图），然后重新发送请求。每次尝试都可能扣积分。",
    },
    seen: "as key of failed jobs, clients 2026, likely by its name",
  },
  {
    class: "moderation",
    codes: [],
    keys: ["web_content_risk"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Dreamina's content rules refused the request.",
    hint: {
      en: "Change the prompt, or the reference images if there are any. Nothing was generated, but Dreamina may have charged for it.",
      zh: "请求没有通过内容审核，没有生成图片，但仍可能扣了积分。请修改提示词（如有参考图，也可更换参考图）。",
    },
    seen: "in one client's list, 2026-10, likely by its name; it does not name the refused part",
  },
];

/** A family of names, and the row for all of them. */
export type RefusalFamily = { pattern: RegExp; refusal: KnownRefusal };

function rowWith(key: string): KnownRefusal {
  const row = contentRefusals.find(({ keys }) => keys.includes(key));
  if (row === undefined) throw new Error(`no refusal has the key ${key}`);
  return row;
}

/**
 * Families of keys. Content refusals often have an empty code and a new key: `…violates_community…`, `…_risk`, or
 * `InputTextRisk`, `OutputImageRisk` and similar ones with or without `ErrMessage_APP_` (clients of both sites,
 * 2026-10). The first match counts.
 */
export const refusalFamilies: readonly RefusalFamily[] = [
  { pattern: /copyright/i, refusal: rowWith("web_fail2generate_copyright_block") },
  { pattern: /output_?video_?risk/i, refusal: rowWith("ErrMessage_APP_OutputVideoRisk") },
  { pattern: /output_?(image|picture|text)?_?risk/i, refusal: rowWith("outputimagerisk") },
  { pattern: /input_?(image|video|picture)_?risk|image\w*_violates?_/i, refusal: rowWith("inputimagerisk") },
  { pattern: /(input|prompt)_?(text|prompt)?_?risk|(text|prompt)\w*_violates?_/i, refusal: rowWith("inputtextrisk") },
  { pattern: /violates?_(community|guideline)|_risk$/i, refusal: rowWith("web_content_risk") },
];
