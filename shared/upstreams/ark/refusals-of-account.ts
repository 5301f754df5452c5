/**
 * Refusals that concern the key, its account, its money or its rate of calls. Nothing was started, and nothing is
 * charged. Data only; known-refusal.ts explains the fields.
 */
import type { ArkRefusal } from "./known-refusal.ts";

const documented = "the vendor's command line tool and the documents of both clouds, 2026-08 to 2026-10";

export const accountRefusals: readonly ArkRefusal[] = [
  {
    codes: [
      "ModelAccountIpmRateLimitExceeded",
      "ModelAccountRpmRateLimitExceeded",
      "ModelAccountTpmRateLimitExceeded",
      "RateLimitExceeded",
      "APIAccountRpmRateLimitExceeded",
      "AccountRateLimitExceeded",
      "ServerOverloaded",
      "RequestBurstTooFast",
    ],
    verdict: "again",
    code: "rate_limited",
    retryable: true,
    message: "Ark asks to wait: too many calls at once, or too many images this minute.",
    hint: {
      en: "Wait some seconds, then send the request again. All keys of an account share 500 images a minute for each model.",
      zh: "请等待几秒后重新发送请求。同一账号的所有密钥共用每个模型每分钟 500 张图片的限额。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["InflightBatchsizeExceeded"],
    verdict: "full",
    code: "rate_limited",
    retryable: true,
    message: "Ark runs no more calls of this account at the same time.",
    hint: {
      en: "Wait until other calls of the account have ended. Accounts with a low balance may run few at a time; top up the account for more.",
      zh: "请等该账号的其他请求结束后再试。余额较低的账号并发数很小，充值后会提高。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["QuotaExceeded"],
    says: /queue|排队|too many (?:requests|tasks)/i,
    verdict: "again",
    code: "rate_limited",
    retryable: true,
    message: "Ark's queue for this account is full.",
    hint: { en: "Wait some minutes, then send the request again.", zh: "请等待几分钟后重新发送请求。" },
    seen: "one of three meanings of this code in the vendor's command line tool, 2026-10; told by its text, likely",
  },
  {
    codes: ["QuotaExceeded"],
    says: /trial|free|试用|免费/i,
    verdict: "session",
    code: "insufficient_credits",
    retryable: false,
    message: "The free trial of this model is used up on Ark.",
    hint: {
      en: "Activate paid use of the model in the console of the cloud, or use another model or key.",
      zh: "请在对应云的控制台为该模型开通付费使用，也可以换一个模型或密钥。",
    },
    seen: "one of three meanings of this code in the vendor's command line tool, 2026-10; told by its text, likely",
  },
  {
    codes: ["QuotaExceeded"],
    verdict: "session",
    code: "insufficient_credits",
    retryable: false,
    message: "A quota of this account is used up on Ark: a free trial or a plan.",
    hint: {
      en: "A plan's quota comes back at the time that the cloud's own text names; after a free trial, activate paid use in the console of the cloud. Or use another key.",
      zh: "套餐额度会在云平台的原文写明的时间恢复；免费试用用完后，请在对应云的控制台开通付费使用。也可以换一个密钥。",
    },
    isVague: true,
    seen: "three meanings in the vendor's command line tool, 2026-10; without a telling text the lasting ones",
  },
  {
    codes: ["SetLimitExceeded"],
    verdict: "session",
    code: "insufficient_credits",
    retryable: false,
    message: "The account's own spending cap for this model is reached on Ark.",
    hint: {
      en: "Raise or switch off the spending cap of the model (safe mode) in the console of the cloud, or use another key.",
      zh: "请在对应云的控制台调高或关闭该模型的消费上限（安心体验模式），也可以换一个密钥。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["AccountOverdueError", "OperationDenied.ServiceOverdue"],
    verdict: "session",
    code: "insufficient_credits",
    retryable: false,
    message: "The account has an unpaid bill on Ark.",
    hint: {
      en: "Pay the bill in the console of the cloud, or use another key.",
      zh: "请在对应云的控制台结清欠费，也可以换一个密钥。",
    },
    seen: `${documented}; sure`,
  },
  {
    codes: ["AuthenticationError", "InvalidAccountStatus", "InvalidSubscription"],
    verdict: "session",
    code: "key_refused",
    retryable: false,
    message: "Ark does not accept the key: it is wrong, switched off, or of another cloud, region or plan.",
    hint: {
      en: "Check the cloud in front of the key first: ark-cn- for Volcengine Ark, ark-ap- or ark-eu- for BytePlus ModelArk. Keys of an Agent Plan or Coding Plan do not work here; make a pay-as-you-go key in the console of the cloud.",
      zh: "请先检查密钥前缀：火山方舟用 ark-cn-，BytePlus ModelArk 用 ark-ap- 或 ark-eu-。Agent Plan 和 Coding Plan 套餐的密钥不能用在这里，请在控制台创建按量付费的密钥。",
    },
    seen: `${documented}; the plan's key measured by one client, 2026-09; sure`,
  },
  {
    codes: ["AccessDenied", "OperationDenied"],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "Ark does not let this key use the model: it is not activated, or the key has no permission.",
    hint: {
      en: "Activate the model in the console of the cloud and let the key use it, or use another model or key.",
      zh: "请在对应云的控制台开通该模型，并允许该密钥使用它；也可以换一个模型或密钥。",
    },
    seen: `${documented}: ServiceNotOpen and PermissionDenied; sure`,
  },
];
