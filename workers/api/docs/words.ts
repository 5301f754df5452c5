/** The words of the page at /docs in both languages. What stands between backticks is shown as code. */
import type { Language } from "#shared/language.ts";
import type { knownRefusals } from "#shared/upstreams/index.ts";

export type Words = {
  htmlLang: string;
  brand: string;
  title: string;
  nav: { label: string; guide: string; reference: string; errors: string; dreamina: string };
  /** The link to the page. */
  back: string;
  /** What the button says while a theme is chosen. */
  theme: { auto: string; light: string; dark: string };
  /** The other language, in its own words. */
  other: { language: Language; htmlLang: string; name: string };
  lead: string;
  session: { title: string; steps: string[]; prefixes: [site: string, prefix: string][]; site: string; write: string };
  submit: { title: string; text: string };
  poll: { title: string; text: string };
  openai: { title: string; text: string };
  next: { title: string; text: string; links: [href: string, name: string, what: string][] };
  reference: { title: string; loading: string; failed: string };
  errors: { title: string; text: string; index: string; retryable: string; final: string };
  dreamina: { title: string; text: string; columns: [string, string, string, string] };
  ark: { title: string; text: string; columns: [string, string, string] };
  copy: string;
  copied: string;
};

const en: Words = {
  htmlLang: "en",
  brand: "Dreamina API",
  title: "Dreamina image API",
  nav: {
    label: "Parts of this page",
    guide: "Start",
    reference: "Reference",
    errors: "Errors",
    dreamina: "Dreamina",
  },
  back: "Make images",
  theme: { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" },
  other: { language: "zh", htmlLang: "zh-CN", name: "中文" },
  lead: "Dreamina (CapCut's image generator, Jimeng in China) over HTTP. Send a prompt, get a task id at once, poll, and receive links to images that this server keeps.",
  session: {
    title: "1. A session or a key",
    steps: [
      "Log in at dreamina.capcut.com, or at jimeng.jianying.com in China.",
      "On a computer, open the developer tools (F12), then Application or Storage, then Cookies.",
      "Copy the value of `sessionid` (or `sessionid_ss`), and put the region of the account in front.",
      "Where dreamina.capcut.com refuses the session with `risk_control`, take an official key instead: create it in the console of BytePlus ModelArk or Volcengine Ark, activate the models there, and put the cloud in front. Each image then costs money.",
    ],
    site: "Site and account, or cloud",
    write: "Send",
    prefixes: [
      ["dreamina.capcut.com, USA", "us-<sessionid>"],
      ["dreamina.capcut.com, Hong Kong", "hk-<sessionid>"],
      ["dreamina.capcut.com, Japan", "jp-<sessionid>"],
      ["dreamina.capcut.com, Singapore", "sg-<sessionid>"],
      ["jimeng.jianying.com, China", "<sessionid>"],
      ["BytePlus ModelArk, Johor", "ark-ap-<key>"],
      ["BytePlus ModelArk, Dublin", "ark-eu-<key>"],
      ["Volcengine Ark, China", "ark-cn-<key>"],
    ],
  },
  submit: {
    title: "2. Submit",
    text: "The answer comes at once and holds the task's `id`. Several sessions and keys, separated by commas, share the work; a model that both have goes to the sessions, `seedream-…` to the keys. `model`, `ratio` and `resolution` describe the image.",
  },
  poll: {
    title: "3. Poll",
    text: "Every two to three seconds, with the same Authorization, until `status` is `completed` or `failed`. Images appear in `images` as they are stored. `/events` behind the same address streams the changes instead.",
  },
  openai: {
    title: "Or with OpenAI's library",
    text: "It waits for the images and gets OpenAI's answer. So does anybody who sends the header `Prefer: wait`.",
  },
  next: {
    title: "Where to go on",
    text: "A wrong prefix looks like an expired session. `POST /v1/sessions/check` tells the two apart and names the prefix that fits; a key is asked of its own cloud only.",
    links: [
      ["#reference", "Reference", "every route and field"],
      ["/openapi.json", "openapi.json", "the same for programs, OpenAPI 3.1"],
      ["/v1/models", "Models", "with sizes, regions, clouds and prices"],
      ["#errors", "Errors", "what each code means and what to do"],
      ["/", "Make images", "the web page of this server"],
    ],
  },
  reference: {
    title: "Reference",
    loading: "The reference is being loaded.",
    failed: "The reference could not be loaded. The same is in /openapi.json.",
  },
  errors: {
    title: "Errors",
    text: 'A refused request answers with `{"error":{"message","type","param","code","hint","retryable","docs"}}`. A failed task answers 200 and carries the same code in `error_code`; a caller who waited for it gets the error itself, with its own status if that is 400 to 403, else with 424. With `Accept-Language: zh` the hint comes in Chinese.',
    index: "All codes",
    retryable: "The same request may succeed later.",
    final: "Not to be repeated automatically.",
  },
  dreamina: {
    title: "What Dreamina says",
    text: "Dreamina's own codes and message keys, which a failed task of a session carries in `error_info.upstream`, and what each becomes here. Where a code asks for something else than ours does, `hint` and `retryable` are the ones below.",
    columns: ["Dreamina's code or key", "About", "Our code", "What happened, and what to do"],
  },
  ark: {
    title: "What the clouds say",
    text: "The codes of Volcengine Ark and BytePlus ModelArk, which a failed task of a key carries in `error_info.upstream`. A code stands for every code that begins with it and a dot.",
    columns: ["The cloud's code", "Our code", "What happened, and what to do"],
  },
  copy: "Copy",
  copied: "Copied",
};

const zh: Words = {
  htmlLang: "zh-CN",
  brand: "即梦 API",
  title: "即梦 / Dreamina 图片 API",
  nav: {
    label: "本页内容",
    guide: "开始",
    reference: "接口参考",
    errors: "错误码",
    dreamina: "即梦返回码",
  },
  back: "生成图片",
  theme: { auto: "主题：跟随系统", light: "主题：浅色", dark: "主题：深色" },
  other: { language: "en", htmlLang: "en", name: "English" },
  lead: "通过 HTTP 使用即梦 / Dreamina（剪映 / CapCut 的图片生成服务）：提交提示词，立即得到任务 id，轮询任务，拿到保存在本服务里的图片链接。",
  session: {
    title: "1. 准备会话或密钥",
    steps: [
      "登录 jimeng.jianying.com（国际版为 dreamina.capcut.com）。",
      "在电脑上打开开发者工具（F12），进入“应用”或“存储”，再打开 Cookie。",
      "复制 `sessionid`（或 `sessionid_ss`）的值，并在前面加上账号所在的区域。",
      "dreamina.capcut.com 以 `risk_control` 拒绝会话时，可改用官方密钥：在 BytePlus ModelArk 或火山方舟的控制台创建密钥、开通模型，并在密钥前面加上所属的云。这时每张图片都要付费。",
    ],
    site: "网站与账号，或云",
    write: "发送",
    prefixes: [
      ["jimeng.jianying.com，中国大陆", "<sessionid>"],
      ["dreamina.capcut.com，美国", "us-<sessionid>"],
      ["dreamina.capcut.com，中国香港", "hk-<sessionid>"],
      ["dreamina.capcut.com，日本", "jp-<sessionid>"],
      ["dreamina.capcut.com，新加坡", "sg-<sessionid>"],
      ["火山方舟，中国大陆", "ark-cn-<key>"],
      ["BytePlus ModelArk，柔佛", "ark-ap-<key>"],
      ["BytePlus ModelArk，都柏林", "ark-eu-<key>"],
    ],
  },
  submit: {
    title: "2. 提交",
    text: "立即返回任务的 `id`。多个会话和密钥用逗号隔开，分担任务；两者都有的模型由会话生成，`seedream-…` 由密钥生成。`model`、`ratio`、`resolution` 决定模型、比例和清晰度。",
  },
  poll: {
    title: "3. 轮询",
    text: "每两三秒查询一次，带上同样的 Authorization，直到 `status` 变成 `completed` 或 `failed`。图片保存好一张，`images` 里就出现一张。同一地址加上 `/events` 可以改用事件流接收变化。",
  },
  openai: {
    title: "或者使用 OpenAI 的库",
    text: "它会等到图片生成，并得到 OpenAI 格式的响应。其他调用方发送请求头 `Prefer: wait` 也一样。",
  },
  next: {
    title: "接下来",
    text: "前缀写错和会话过期看起来一样，用 `POST /v1/sessions/check` 可以区分，它还会给出正确的前缀；密钥只询问它所属的云。",
    links: [
      ["#reference", "接口参考", "全部接口和字段（英文）"],
      ["/openapi.json", "openapi.json", "同样的内容，供程序读取，OpenAPI 3.1"],
      ["/v1/models", "模型", "尺寸、区域、云和价格"],
      ["#errors", "错误码", "每个错误码的原因和处理办法"],
      ["/", "生成图片", "本服务的网页"],
    ],
  },
  reference: {
    title: "接口参考",
    loading: "正在加载接口参考。",
    failed: "接口参考加载失败。同样的内容见 /openapi.json。",
  },
  errors: {
    title: "错误码",
    text: '被拒绝的请求返回 `{"error":{"message","type","param","code","hint","retryable","docs"}}`。失败的任务返回 200，`error_code` 里是同样的错误码；等待结果的调用方直接得到错误，状态码在 400 到 403 之间的保持不变，其余为 424。请求头带 `Accept-Language: zh` 时，`hint` 为中文。',
    index: "全部错误码",
    retryable: "同样的请求以后可能成功。",
    final: "不要自动重发。",
  },
  dreamina: {
    title: "即梦 / Dreamina 的返回码",
    text: "即梦 / Dreamina 自己的返回码和消息键，以及在本服务里对应的错误码；会话的任务失败时，它们在 `error_info.upstream` 里。如果处理办法与对应的错误码不同，`hint` 和 `retryable` 以下表为准。",
    columns: ["返回码或消息键", "类别", "本服务的错误码", "原因和处理办法"],
  },
  ark: {
    title: "云平台的错误码",
    text: "火山方舟和 BytePlus ModelArk 的错误码；密钥的任务失败时，它们在 `error_info.upstream` 里。每个错误码也代表以它加一个点开头的所有错误码。",
    columns: ["云平台的错误码", "本服务的错误码", "原因和处理办法"],
  },
  copy: "复制",
  copied: "已复制",
};

export const words: Record<Language, Words> = { en, zh };

/** What a refusal of Dreamina's is about. */
export const aboutRefusal: Record<Language, Record<(typeof knownRefusals)[number]["class"], string>> = {
  en: {
    session: "session",
    risk: "risk control",
    rate: "pace",
    credits: "credits",
    moderation: "moderation",
    parameter: "parameter",
    generation: "generation",
  },
  zh: {
    session: "会话",
    risk: "风控",
    rate: "频率",
    credits: "积分",
    moderation: "审核",
    parameter: "参数",
    generation: "生成",
  },
};
