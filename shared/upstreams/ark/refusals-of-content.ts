/**
 * Refusals of contents: prompt, reference images or made images. Only delivered images are charged (documents of both
 * clouds, 2026-10). Data only; known-refusal.ts explains the fields.
 */
import type { ArkRefusal } from "./known-refusal.ts";

const documented = "the vendor's command line tool and the documents of both clouds, 2026-08 to 2026-10";

export const contentRefusals: readonly ArkRefusal[] = [
  {
    codes: ["SensitiveContentDetected", "InputTextSensitiveContentDetected", "InputTextRiskDetection"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Ark's content rules refused the prompt.",
    hint: {
      en: "Reword the prompt. Refused images are not charged (documents of the cloud).",
      zh: "提示词没有通过方舟的内容审核，请修改提示词。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; sure, but the first code names no part of the request`,
  },
  {
    codes: ["InputTextSensitiveContentDetected.PolicyViolation"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Ark refused the prompt because it breaks a policy, such as a copyright.",
    hint: {
      en: "Take names of works, figures, brands and people out of the prompt. Refused images are not charged (documents of the cloud).",
      zh: "请从提示词中去掉作品、角色、品牌或人物的名字。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; likely by its name`,
  },
  {
    codes: ["InputTextSensitiveContentDetected.PrivacyInformation"],
    verdict: "refused",
    code: "prompt_moderated",
    retryable: false,
    message: "Ark refused the prompt because it has personal data.",
    hint: {
      en: "Take personal data out of the prompt. Refused images are not charged (documents of the cloud).",
      zh: "请从提示词中去掉个人信息。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; likely by its name`,
  },
  {
    codes: ["InputImageSensitiveContentDetected", "InputImageRiskDetection"],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Ark's content rules refused a reference image.",
    hint: {
      en: "Use other reference images. Refused images are not charged (documents of the cloud).",
      zh: "参考图没有通过方舟的内容审核，请更换参考图。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["InputImageSensitiveContentDetected.PolicyViolation"],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Ark refused a reference image because it breaks a policy, such as a copyright.",
    hint: {
      en: "Use reference images without figures, logos or works of others. Refused images are not charged (documents of the cloud).",
      zh: "请使用不含他人角色、商标或作品的参考图。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; likely by its name`,
  },
  {
    codes: ["InputImageSensitiveContentDetected.PrivacyInformation"],
    verdict: "refused",
    code: "input_moderated",
    retryable: false,
    message: "Ark refused a reference image because it may show a real person or personal data.",
    hint: {
      en: "Use reference images without real faces: drawn ones, seen from behind, or cropped. Refused images are not charged (documents of the cloud).",
      zh: "请使用不含真人面部的参考图，例如插画、背影，或者裁掉面部。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; real people are often refused, by clients`,
  },
  {
    codes: ["OutputImageSensitiveContentDetected", "OutputTextRiskDetection"],
    verdict: "refused",
    code: "output_moderated",
    retryable: false,
    message: "Ark's content rules held back the image it had made.",
    hint: {
      en: "Reword the prompt or use other reference images; another attempt may pass. Refused images are not charged (documents of the cloud).",
      zh: "图片已经生成，但没有通过方舟的内容审核。请修改提示词或更换参考图，直接重试也有可能通过。按云厂商文档，被拒的图片不收费。",
    },
    seen: `${documented}; with DeepFake as a member of the family; sure`,
  },
  {
    codes: ["ContentSecurityDetectionError"],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Ark's moderation service failed, so nothing was generated.",
    hint: {
      en: "Send the request again later. Nothing is charged for this one (documents of the cloud).",
      zh: "方舟的审核服务出错，没有生成图片，请稍后重新发送请求。按云厂商文档，本次不收费。",
    },
    seen: `${documented}; sure`,
  },
];
