/** Texts of what helps a failed task, and of why a running one waits. */
import { number, plural, type Table } from "./index.ts";

const en = {
  claim: "Claim the daily gift",
  claimed: (credits: number) => `${plural(credits, "credit", "credits")} received. Started again.`,
  notClaimed: "There is no gift now: it was taken before, or the site refused it.",
  add: "Add a session or key",
  prompt: "Change the prompt",
  model: "Choose another model",
  image: "Change the reference images",
  removeImage: (place: number) => `Remove reference image ${number(place)}`,
  namedImage: (place: number) => `Reference image ${number(place)}`,
  waits: {
    rate_limited: "All your sessions and keys are busy. It starts as soon as one is free.",
    insufficient_credits: "There are not enough credits or money at the moment.",
    risk_control: "Dreamina's bot protection refused this session; it is tried again after a pause.",
    session_expired: "The session was refused; it is tried once more.",
    key_refused: "The cloud refused the key; it is tried once more.",
    upstream_unreachable: "The site or cloud cannot be reached at the moment.",
    upstream_failed: "The site or cloud has a fault at the moment.",
    upstream_changed: "The site or cloud sent an answer that could not be read.",
    internal: "The server has a fault at the moment.",
    pool_unavailable:
      "All sessions and keys of this server are paused or out of use. It starts when the administrator resumes or adds one.",
  } as Record<string, string>,
};

const zh: typeof en = {
  claim: "领取每日积分",
  claimed: (credits) => `已领取 ${number(credits)} 积分，任务已重新开始。`,
  notClaimed: "目前没有可领取的积分：今天已经领过，或被网站拒绝。",
  add: "添加会话或密钥",
  prompt: "修改提示词",
  model: "更换模型",
  image: "更换参考图",
  removeImage: (place) => `移除第 ${number(place)} 张参考图`,
  namedImage: (place) => `第 ${number(place)} 张参考图`,
  waits: {
    rate_limited: "所有会话和密钥都在忙，一有空闲就会开始。",
    insufficient_credits: "目前积分或余额不足。",
    risk_control: "该会话被平台风控拦截，稍后会再次尝试。",
    session_expired: "会话被拒绝，会再尝试一次。",
    key_refused: "云平台拒绝了密钥，会再尝试一次。",
    upstream_unreachable: "目前无法连接平台。",
    upstream_failed: "平台目前出现故障。",
    upstream_changed: "无法识别平台返回的内容。",
    internal: "服务器目前出现故障。",
    pool_unavailable: "服务器的会话和密钥都已暂停或不可用，管理员恢复或添加后会自动开始。",
  },
};

export const remedyMessages: Table<typeof en> = { en, zh };
