/**
 * Refusals of a value of the request, and failures of the generation. Data only; known-refusal.ts explains the fields.
 */
import type { KnownRefusal } from "./known-refusal.ts";

export const jobRefusals: readonly KnownRefusal[] = [
  {
    class: "parameter",
    codes: ["1000", "1001", "1189", "1190", "2203", "2204", "4002"],
    keys: [],
    verdict: "refused",
    code: "invalid_value",
    retryable: false,
    message:
      "Dreamina refused a value of the request, or the session lacks its region prefix: Dreamina's answer is the same.",
    hint: {
      en: "Check the session's region prefix first; then try another model, resolution or number of images.",
      zh: "请先检查会话的区域前缀；再换一个模型、分辨率或图片数量。",
    },
    seen: "1000 by clients of both sites 2026, likely; the others in one client's list each",
  },
  {
    class: "parameter",
    codes: ["1161", "1162"],
    keys: [],
    verdict: "refused",
    code: "invalid_value",
    retryable: false,
    message: "Dreamina refused the language of the prompt: it mixes languages or is in one Dreamina does not support.",
    hint: {
      en: "Write the whole prompt in one language, best in English or Chinese.",
      zh: "请只用一种语言书写提示词，最好是中文或英文。",
    },
    seen: "in one client's list, 2026, likely by their names",
  },
  {
    class: "parameter",
    // One client reads 1002 as an expired login; the others got it for a draft of the wrong form.
    codes: ["1002", "1014", "2008", "34010100"],
    keys: [],
    verdict: "refused",
    code: "upstream_changed",
    retryable: false,
    message: "Dreamina refused the form of the call: this server's version of it is out of date.",
    hint: {
      en: "Look for a newer version of this server, and check its clock: the signature holds the time.",
      zh: "请更新本服务的版本，并检查服务器时间：签名中包含时间。",
    },
    seen: "1002 for a draft that is no string, two clients 2026, likely; 1014 sign error, 2008 and 34010100 by one client each 2026-10",
  },
  {
    class: "parameter",
    codes: ["3018"],
    keys: [],
    verdict: "refused",
    code: "upstream_changed",
    retryable: false,
    message:
      "Dreamina refused the form of the call: this server's version of it is out of date, or the account lacks a right.",
    hint: {
      en: "Try another model or another session; if all of them fail like this, look for a newer version of this server.",
      zh: "请换一个模型或换一个会话；如果都是这样，请更新本服务的版本。",
    },
    seen: "old app version, missing sign headers or a misplaced option, clients of the international sites 2026, sure",
  },
  {
    class: "generation",
    codes: ["2002", "2036", "5001", "5002", "100402"],
    keys: ["web_system_busy"],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Dreamina failed to make the image.",
    hint: {
      en: "Send the request again; if it fails twice, change the prompt or the model. Dreamina mostly does not charge for it; the balance shows whether it did.",
      zh: "请重新发送请求；如果再次失败，请修改提示词或换一个模型。这种失败大多不扣积分，以积分余额为准。",
    },
    seen: "2036 as fail code with the text GenerateFail, 2026-02; the key in one client's list of passing ones, 2026-10; the others in one client's list each, likely by their names",
  },
  {
    class: "generation",
    codes: ["121212"],
    keys: [],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Dreamina ended the job after some seconds, for an unknown reason.",
    hint: {
      en: "Send the request again once; if it fails again, use another model.",
      zh: "原因不明。请重试一次；如果仍然失败，请换一个模型。",
    },
    seen: "as fail code of nanobananapro after 14 to 17 s, reports of users 2026; its cause is unknown",
  },
  {
    class: "generation",
    codes: ["2046", "2047"],
    keys: [],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Dreamina could not segment the image.",
    hint: {
      en: "Send the request again; if it fails twice, use other reference images.",
      zh: "请重新发送请求；如果再次失败，请更换参考图。",
    },
    seen: "segmentation errors in one client's list, 2026; never met with images",
  },
  {
    class: "generation",
    codes: ["3020"],
    keys: [],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Dreamina could not read an uploaded reference image.",
    hint: {
      en: "Send the request again, so that the images are uploaded again; if it fails again, save them as ordinary JPEG or PNG files first.",
      zh: "请重新发送请求，参考图会重新上传；如果仍然失败，请先把图片另存为普通的 JPEG 或 PNG 文件。",
    },
    seen: "once, from the check of a bad upload, China 2026-04, as download file failed",
  },
  {
    class: "generation",
    codes: ["201007"],
    keys: [],
    verdict: "again",
    code: "upstream_failed",
    retryable: true,
    message: "Dreamina's image store had a passing fault while a reference image was being uploaded.",
    hint: {
      en: "Wait a minute, then send the request again.",
      zh: "请等一分钟，然后重新发送请求。",
    },
    seen: "a bad gateway behind the image store when an upload was announced, one client 2026, likely",
  },
  {
    class: "generation",
    codes: ["1007", "1008", "1009", "1011", "1012", "1013"],
    keys: [],
    verdict: "refused",
    code: "upstream_failed",
    retryable: false,
    message: "Dreamina refused with a code of unknown meaning; repeating the request does not help.",
    hint: {
      en: "Generate one image by hand on the site with this account to see the site's own message, or change the request.",
      zh: "请用这个账号在网站上手动生成一张图片，看看网站的提示，或者修改请求。",
    },
    seen: "one client of 2026 counts all of 1006 to 1015 as not worth repeating; the meaning of these six is unknown",
  },
];
