/**
 * Refusals that concern the session, the account, its credits or its rate of calls. Another session, or the same one
 * later, may succeed. Data only; known-refusal.ts explains the fields.
 */
import type { KnownRefusal } from "./known-refusal.ts";

export const accountRefusals: readonly KnownRefusal[] = [
  {
    class: "session",
    codes: ["1015", "34010105"],
    keys: [],
    verdict: "session",
    code: "session_expired",
    retryable: false,
    message: "Dreamina does not accept the session: it expired, or its region prefix is wrong.",
    hint: {
      en: "Check the region prefix first, because a wrong one gets the same answer; if it is right, log in on the site again and copy the new sessionid cookie.",
      zh: "请先检查区域前缀，前缀写错时得到的响应完全一样；前缀没错的话，请在网站上重新登录，并复制新的 sessionid Cookie。",
    },
    seen: "1015 by clients of all sites until 2026-10, sure; 34010105 is its form on the credit calls, one client 2026-10",
  },
  {
    class: "risk",
    codes: ["-4", "-6", "34070104"],
    keys: [],
    // The anti-abuse gate comes before every other check; the text varies, and may even be about community guidelines.
    isGate: true,
    verdict: "session",
    code: "risk_control",
    retryable: false,
    message:
      "Dreamina's anti-abuse check refused the call: the international sites want tokens that only their own page makes.",
    hint: {
      en: "Repeating it does not help. Use a session of jimeng.jianying.com, which still accepts such calls, or ask the operator for a relay; generating by hand on the site still works.",
      zh: "重复发送没有用。请改用即梦 jimeng.jianying.com 的会话，国内站目前仍接受这类请求，或请管理员配置中转；在网站上手动生成不受影响。",
    },
    seen: "-6 on generating by clients of the international sites since 2026-04, sure; -4 and 34070104 on claiming credits, one client 2026-10",
  },
  {
    class: "risk",
    codes: ["4013", "1019", "1021", "2035"],
    keys: ["web_risk_control_message_reject_generation"],
    verdict: "session",
    code: "risk_control",
    retryable: true,
    message: "Dreamina's anti-abuse check refused this session or this server's network.",
    hint: {
      en: "Wait at least ten minutes, then generate one image by hand on the site with this account; or use another session or network. Repeating quickly makes it worse.",
      zh: "请至少等待十分钟，再用这个账号在网站上手动生成一张图片；也可以换一个会话或换一个网络。频繁重试只会让风控更严。",
    },
    seen: "4013 and its key by clients of both sites 2026, sure; 1019 on Chinese video 2026-04, sure; 1021 and 2035 by one client of the Chinese site 2026-10",
  },
  {
    class: "risk",
    codes: ["1018"],
    keys: [],
    verdict: "session",
    code: "risk_control",
    retryable: false,
    message: "Dreamina has barred this account from generating.",
    hint: {
      en: "Use another session. Only Dreamina's support can say for how long the account is barred.",
      zh: "该账号已被限制使用 AI 生成，请换一个会话。限制多久解除，只能咨询官方客服。",
    },
    seen: "China traffic log 2026-01 and a client, likely; how long it lasts is unknown",
  },
  {
    class: "risk",
    codes: ["1017"],
    keys: [],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message:
      "Dreamina does not offer the model to this account's region or network, or did not accept the call's form.",
    hint: {
      en: "Use another model or a session of another region; if every model fails like this, look for a newer version of this server.",
      zh: "请换一个模型，或换一个区域的会话；如果所有模型都是这样，请更新本服务的版本。",
    },
    seen: "nanobanana from an unsuitable region, and beside 3018 when sign headers are missing; two clients 2026, likely",
  },
  {
    class: "parameter",
    codes: ["4003", "3021"],
    keys: [],
    verdict: "session",
    code: "model_not_available",
    retryable: false,
    message: "Dreamina does not allow this account to use the model.",
    hint: {
      en: "Use another model or a session whose account has the model on the site; new models are opened to accounts step by step.",
      zh: "请换一个模型，或使用在网站上已开通该模型的账号会话；新模型是逐步向账号开放的。",
    },
    seen: "4003 no permission, 3021 beta model: in one client's list each, 2026, unsure",
  },
  {
    class: "parameter",
    codes: ["4010"],
    keys: [],
    verdict: "session",
    code: "risk_control",
    retryable: false,
    message: "Dreamina wants the account's owner to confirm its terms on the site first.",
    hint: {
      en: "Open the site with this account, start one generation and confirm the terms it shows; then send the request again.",
      zh: "请用这个账号打开网站，发起一次生成并确认弹出的条款，然后重新发送请求。",
    },
    seen: "two clients of the international sites 2026-04, likely",
  },
  {
    class: "rate",
    codes: ["1310", "1010"],
    keys: ["exceed_model_parallel_max"],
    verdict: "full",
    code: "rate_limited",
    retryable: true,
    message: "Dreamina asks to wait: too many jobs of this account are running.",
    hint: {
      en: "Wait until one of the account's running jobs has ended, then send the request again; several sessions share the work.",
      zh: "请等账号中正在运行的任务结束后再重新发送请求；也可以使用多个会话分担任务。",
    },
    seen: "1310 by several clients 2026, sure, on video; its key has stood in fail_code, too; 1010 in the site's own list of codes 2026-10",
  },
  {
    class: "rate",
    codes: ["1", "1057", "2014", "2020", "10020"],
    keys: ["web_rate_limited"],
    verdict: "again",
    code: "rate_limited",
    retryable: true,
    message: "Dreamina asks to wait: too many calls at once.",
    hint: {
      en: "Wait a few minutes, then send the request again; several sessions share the work.",
      zh: "请等几分钟再重新发送请求；也可以使用多个会话分担任务。",
    },
    seen: "in one client's list each, 2026, likely by their names; 10020 is for the free regions; the key in one client's list of passing ones, 2026-10",
  },
  {
    class: "credits",
    // 4001 is "no external credits" in the site's list; one client reads it as a content violation. A key decides.
    codes: ["1006", "5000", "4001"],
    keys: ["web_dre_m10n_generate_popup_credit_ininsufficient_title"], // their spelling
    verdict: "session",
    code: "insufficient_credits",
    retryable: false,
    message:
      "The account has not enough Dreamina credits, or the session lacks its region prefix: Dreamina's answer is the same.",
    hint: {
      en: "Claim the daily gift, buy credits on the site, or use another session. If there are credits, choose a smaller resolution or another model: the account may lack the right to this one.",
      zh: "请领取每日赠送的积分，或在网站上购买积分，也可以换一个会话。如果积分充足，请降低分辨率或换一个模型：账号可能没有相应权限。",
    },
    seen: "1006 in China traffic logs 2026-01 and clients of both sites, sure; also met for a resolution the account has no right to; 5000 by old clients; 4001 contradictory",
  },
  {
    class: "credits",
    codes: ["121101"],
    keys: ["web_notice_reach_daily_usage_limit"],
    verdict: "session",
    code: "insufficient_credits",
    retryable: true,
    message: "The account has reached Dreamina's daily limit of generations.",
    hint: {
      en: "Send the request again tomorrow, counted in Beijing time, or use another session.",
      zh: "今日生成次数已用完。请明天（北京时间）再试，或换一个会话。",
    },
    seen: "two clients 2026, likely; that the day changes in Beijing is inferred from the credits",
  },
];
