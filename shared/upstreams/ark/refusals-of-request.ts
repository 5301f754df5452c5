/**
 * Refusals of a parameter or a model, and the cloud's own faults. Data only; known-refusal.ts explains the fields.
 */
import type { ArkRefusal } from "./known-refusal.ts";

const documented = "the vendor's command line tool and the documents of both clouds, 2026-08 to 2026-10";

export const requestRefusals: readonly ArkRefusal[] = [
  {
    codes: ["MissingParameter", "InvalidParameter"],
    verdict: "refused",
    code: "invalid_value",
    retryable: false,
    message: "Ark refused a value of the request.",
    hint: {
      en: "The cloud's own text names the setting and often the allowed values. Correct it and send the request again; nothing was charged.",
      zh: "云平台的原文写明了哪一项设置有误，通常还有允许的取值。请改正后重新发送请求；本次不收费。",
    },
    isVague: true,
    seen: `${documented}; with UnsupportedParameter and TosURLInvalid as members of the family; sure`,
  },
  {
    codes: ["InvalidImageURL"],
    verdict: "refused",
    code: "invalid_value",
    retryable: false,
    message: "Ark could not read a reference image.",
    hint: {
      en: "Send another file: a JPEG, PNG, WebP, GIF or BMP image of at most 30 MB and 36 million pixels, no side over 16 times the other.",
      zh: "请更换参考图：JPEG、PNG、WebP、GIF 或 BMP，不超过 30 MB 和 3600 万像素，长边不超过短边的 16 倍。",
    },
    isVague: true,
    seen: `${documented}: EmptyURL and InvalidFormat; sure`,
  },
  {
    codes: ["InvalidEndpointOrModel", "UnsupportedModel", "NotFound"],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "Ark does not have this model for the key: it is retired, not activated, or of another cloud.",
    hint: {
      en: "Activate the model in the console of the cloud; if it is retired, use another model.",
      zh: "请在对应云的控制台开通该模型；如果模型已下线，请换一个模型。",
    },
    seen: `${documented}; sure; undated ids get the same answer (clients, 2026)`,
  },
  {
    codes: ["InvalidEndpointOrModel.ModelIDAccessDisabled"],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "This account lets its keys use endpoints only, not models by their ids.",
    hint: {
      en: "Make an endpoint of the model in the console of the cloud and use its id (ep-…) in place of the model's name, or use another key.",
      zh: "请在对应云的控制台为该模型创建推理接入点，并用接入点 id（ep-…）代替模型名；也可以换一个密钥。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["ModelNotOpen"],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "The account has not activated this model on Ark.",
    hint: {
      en: "Activate the model in the console of the cloud, or use another model or key.",
      zh: "请在对应云的控制台开通该模型，也可以换一个模型或密钥。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["InvalidEndpoint"],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "The endpoint is stopped or does not exist on Ark.",
    hint: {
      en: "Start the endpoint in the console of the cloud, or name the model by its id.",
      zh: "请在对应云的控制台启动该推理接入点，或者直接用模型 id。",
    },
    seen: `${documented}: ClosedEndpoint; sure`,
  },
  {
    codes: ["InternalServiceError"],
    verdict: "refused",
    code: "upstream_failed",
    retryable: true,
    message: "Ark failed while making the image.",
    hint: {
      en: "Send the request again; it is a new charge. Only delivered images are charged, so this one most likely was not.",
      zh: "请重新发送请求（会再次计费）。方舟只对交付的图片收费，所以本次很可能没有计费。",
    },
    isVague: true,
    seen: `${documented}; that it is not charged follows from charging by delivered images, likely`,
  },
];
