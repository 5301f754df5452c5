/** Texts about the keys of the makers' clouds. */
import { type ArkCloud, type ArkKeyFault, arkKeyFaultText } from "#shared/ark-key-text.ts";
import type { Table } from "./index.ts";

const en = {
  clouds: {
    cn: "Volcengine Ark, China",
    ap: "BytePlus, Johor",
    eu: "BytePlus, Dublin",
  } satisfies Record<ArkCloud, string>,
  refused: "Refused",
  refusedHint:
    "Copy the key again from the console, and check its cloud: a key of another cloud or a plan is refused, too.",
  balance: "Balance in the console",
  whichCloud: "Which cloud gave you this key?",
  whichCloudNote:
    "The keys of all clouds look alike. A key is never tried on several clouds, because that would show it to another company.",
  leaveOut: "Leave it out",
  faulty: (fault: ArkKeyFault) => `It ${arkKeyFaultText(fault)}.`,
  where: "Where do I get an official key?",
  whatFor:
    "The makers of Dreamina sell the same kind of images: Volcengine Ark in China, BytePlus ModelArk elsewhere. No bot protection stands in the way. Each image costs money, which the cloud bills to your account there.",
  steps: [
    "Open the console of the cloud and log in.",
    "Open “API keys” (Volcengine: “Ark”, then “API keys”; BytePlus: “ModelArk”, then “API keys”) and create a key.",
    "In the same console, activate the Seedream model that you want to use.",
    "Paste the key above. If it does not begin with ark-cn-, ark-ap- or ark-eu-, the page asks for its cloud.",
  ],
  stepsNote:
    "The key can spend your money: keep it like a password, and delete it in the console when you no longer need it.",
  advice: "Official keys of the makers' clouds are the way that works: bot protection does not stop them.",
  useKey: "Use an official key",
};

const zh: typeof en = {
  clouds: { cn: "火山方舟（中国）", ap: "BytePlus（柔佛）", eu: "BytePlus（都柏林）" },
  refused: "密钥被拒绝",
  refusedHint: "请从控制台重新复制密钥，并确认所选的云平台：其他云平台或套餐的密钥同样会被拒绝。",
  balance: "余额请在控制台查看",
  whichCloud: "这个密钥来自哪个云平台？",
  whichCloudNote: "各个云平台的密钥形式相同。页面不会在多个云平台上逐一尝试密钥，否则密钥会泄露给其他公司。",
  leaveOut: "不添加",
  faulty: faultyInChinese,
  where: "在哪里获取官方密钥？",
  whatFor:
    "即梦和 Dreamina 的开发商也通过云平台提供同类模型：中国大陆用火山方舟，其他地区用 BytePlus ModelArk，不会被风控拦截。每张图片都要付费，由云平台向你的账号收取。",
  steps: [
    "打开对应云平台的控制台并登录。",
    "打开“API 密钥”页面（火山引擎：先进入“火山方舟”；BytePlus：先进入 ModelArk），创建一个密钥。",
    "在同一个控制台里开通要使用的 Seedream 模型。",
    "把密钥粘贴到上面。如果开头不是 ark-cn-、ark-ap- 或 ark-eu-，页面会询问它来自哪个云平台。",
  ],
  stepsNote: "拿到密钥的人可以花你的钱：请像密码一样保管，不再需要时在控制台里删除。",
  advice: "可以改用云平台的官方密钥：不会被风控拦截。",
  useKey: "使用官方密钥",
};

export const keyMessages: Table<typeof en> = { en, zh };

function faultyInChinese(fault: ArkKeyFault): string {
  const advice = "火山方舟请写 ark-cn-…，BytePlus ModelArk 请写 ark-ap-… 或 ark-eu-…";
  switch (fault.kind) {
    case "no_cloud":
      return `密钥缺少云平台的前缀：${advice}。`;
    case "unknown_cloud":
      return `“ark-${fault.cloud}-” 不是可用的云平台：${advice}。`;
    case "not_a_key":
      return `这不是密钥：${advice}，后面接控制台里的密钥（20 到 128 位字母、数字和连字符）。`;
  }
}
