/** Texts of the dialog of sessions and keys; those about keys alone are in keys.ts. */

import type { ArkKeyFault } from "#shared/ark-key-text.ts";
import type { RegionId } from "#shared/region-ids.ts";
import { likelyRegion, type SessionFault, sessionFaultText } from "#shared/session-text.ts";
import type { CredentialFault } from "#web/state/session-text.ts";
import { number, plural, type Table } from "./index.ts";
import { keyMessages } from "./keys.ts";

const en = {
  title: "Sessions and keys",
  intro:
    "Images are made with your own accounts: with the session of a Dreamina or Jimeng account for credits, or with an official key of a cloud for money. Both are stored in this browser and sent only to this server. It receives all that are on and uses the least busy one that has the model.",
  list: "Your sessions and keys",
  add: "Add sessions or keys",
  addNote: "One or more: separated by lines or commas, as copied cookies, or as an exported file.",
  paste: "One or more sessions or keys",
  pasteHint: "sessionid, or us-0123…, or ark-ap-…, or sk-…",
  region: "Region of the account",
  regions: {
    us: "United States",
    hk: "Hong Kong",
    jp: "Japan",
    sg: "Singapore",
    cn: "China",
  } satisfies Record<RegionId, string>,
  regionNote: {
    us: "Accounts of dreamina.capcut.com made in the United States. The prefix us- is added.",
    hk: "Accounts of dreamina.capcut.com made in Hong Kong or Taiwan. The prefix hk- is added.",
    jp: "Accounts of dreamina.capcut.com made in Japan. The prefix jp- is added.",
    sg: "Accounts of dreamina.capcut.com made in Singapore or anywhere else. The prefix sg- is added.",
    cn: "Accounts of jimeng.jianying.com. They have no prefix.",
  } satisfies Record<RegionId, string>,
  addButton: "Add",
  added: (sessions: number, keys: number) => {
    const parts = [
      sessions > 0 ? plural(sessions, "session", "sessions") : "",
      keys > 0 ? plural(keys, "key", "keys") : "",
    ];
    return `${parts.filter(Boolean).join(" and ")} added.`;
  },
  knownAlready: "Already in the list.",
  unreadable: (count: number) => `${plural(count, "part", "parts")} of the text could not be read as a session or key.`,
  nothingReadable: "No session and no key was found in this text.",
  noSessionCookie: "These are cookies, but “sessionid” is not among them.",
  faulty: (fault: CredentialFault) =>
    isKeyFault(fault) ? keyMessages.en.faulty(fault) : `It ${sessionFaultText(fault)}.`,
  namePlaceholder: "Give it a name",
  isOn: (name: string) => `Use ${name}`,
  nameOf: (name: string) => `Name of ${name}`,
  apiKey: "API key",
  keyNote: "While an API key of this server is on, only that key is sent.",
  states: {
    good: "Works",
    poor: "No credits left",
    bad: "Expired",
    unsure: "Not checked",
    misplaced: "Wrong region",
  },
  badKey: "Not accepted",
  unknownBecause: "Could not be checked",
  credits: (total: number) => plural(total, "credit", "credits"),
  creditParts: (gift: number, purchase: number, vip: number) =>
    `${number(gift)} gifted, ${number(purchase)} purchased, ${number(vip)} from a subscription`,
  checkedNow: "checked just now",
  checkedAt: (when: string) => `checked ${when}`,
  badHint: "Log in on the site again and copy the new cookie.",
  misplacedHint: (region: string) => `This account's region: ${region}.`,
  moveTo: (region: string) => `Change to ${region}`,
  check: (name: string) => `Check ${name}`,
  checkAll: "Check all",
  checked: "All are checked.",
  remove: (name: string) => `Remove ${name}`,
  removed: (name: string) => `${name} was removed.`,
  exportAll: "Export",
  exported: "Exported. The file contains complete sessions and keys: keep it private.",
  importFile: "Import",
  where: "Where do I find my session?",
  steps: [
    "Log in on the site with your account.",
    "Open the developer tools: F12, or ⌥⌘I on a Mac.",
    "Open “Application” (Firefox and Safari: “Storage”), then “Cookies”, then the site's address.",
    "Find the row “sessionid” or “sessionid_ss” and copy its value.",
    "Paste it above and choose the region of the account.",
  ],
  byTouch: {
    lead: "Browsers on phones and tablets do not show cookies. This takes a computer, once:",
    steps: [
      "Open this page on a computer and add your session there: its guide shows every step.",
      "Press “Export” there, below the list of sessions.",
      "Bring the file to this device and press “Import” here.",
    ],
    withoutComputer: "Without a computer, take an official key: it can be copied on a phone, too. See below.",
  },
  stepsNote:
    "A session gives the same access as your password. It lasts some weeks and ends when you log out on the site.",
  wrongRegion: "With the wrong region, Dreamina reports the session as expired. “Check” finds the right region.",
  total: (total: number) => `${plural(total, "credit", "credits")} in total`,
  drawing: "Developer tools with the list of cookies; the value of sessionid is marked.",
  drawn: {
    elements: "Elements",
    network: "Network",
    application: "Application",
    local: "Local storage",
    cookies: "Cookies",
    name: "Name",
    value: "Value",
  },
};

const zh: typeof en = {
  title: "会话和密钥",
  intro:
    "图片由你自己的账号生成：使用即梦或 Dreamina 账号的会话消耗积分，使用云平台的官方密钥按张付费。会话和密钥只保存在当前浏览器中，并且只发送给本服务器。服务器会从已启用且支持所选模型的当中选择最空闲的一个。",
  list: "你的会话和密钥",
  add: "添加会话或密钥",
  addNote: "支持一个或多个：用换行或逗号分隔，也可以粘贴 Cookie 或导出文件的内容。",
  paste: "会话或密钥（可多个）",
  pasteHint: "sessionid，或 us-0123…，或 ark-ap-…，或 sk-…",
  region: "账号所在区域",
  regions: { us: "美国", hk: "中国香港", jp: "日本", sg: "新加坡", cn: "中国大陆" },
  regionNote: {
    us: "在美国注册的 dreamina.capcut.com 账号，自动添加前缀 us-。",
    hk: "在香港或台湾注册的 dreamina.capcut.com 账号，自动添加前缀 hk-。",
    jp: "在日本注册的 dreamina.capcut.com 账号，自动添加前缀 jp-。",
    sg: "在新加坡或其他国家和地区注册的 dreamina.capcut.com 账号，自动添加前缀 sg-。",
    cn: "即梦 jimeng.jianying.com 的账号，没有前缀。",
  },
  addButton: "添加",
  added: (sessions, keys) => {
    const parts = [sessions > 0 ? `${number(sessions)} 个会话` : "", keys > 0 ? `${number(keys)} 个密钥` : ""];
    return `已添加 ${parts.filter(Boolean).join("和 ")}。`;
  },
  knownAlready: "已在列表中。",
  unreadable: (count) => `有 ${number(count)} 处内容无法识别为会话或密钥。`,
  nothingReadable: "没有找到会话或密钥。",
  noSessionCookie: "这些是 Cookie，但其中没有 sessionid。",
  faulty: (fault) => (isKeyFault(fault) ? keyMessages.zh.faulty(fault) : faultyInChinese(fault)),
  namePlaceholder: "起个名字",
  isOn: (name) => `启用 ${name}`,
  nameOf: (name) => `${name} 的名称`,
  apiKey: "API 密钥",
  keyNote: "启用本服务器的 API 密钥时，只发送该密钥。",
  states: { good: "可用", poor: "积分已用完", bad: "已过期", unsure: "未检查", misplaced: "区域不正确" },
  badKey: "密钥无效",
  unknownBecause: "暂时无法检查",
  credits: (total) => `${number(total)} 积分`,
  creditParts: (gift, purchase, vip) => `赠送 ${number(gift)}，购买 ${number(purchase)}，会员 ${number(vip)}`,
  checkedNow: "刚刚检查",
  checkedAt: (when) => `${when}检查`,
  badHint: "请在网站上重新登录，然后复制新的 Cookie。",
  misplacedHint: (region) => `该账号的区域：${region}。`,
  moveTo: (region) => `改为${region}`,
  check: (name) => `检查 ${name}`,
  checkAll: "全部检查",
  checked: "已全部检查。",
  remove: (name) => `移除 ${name}`,
  removed: (name) => `已移除 ${name}。`,
  exportAll: "导出",
  exported: "已导出。文件包含完整的会话和密钥，请妥善保管。",
  importFile: "导入",
  where: "在哪里找到会话？",
  steps: [
    "在网站上登录你的账号。",
    "打开开发者工具：按 F12，Mac 上按 ⌥⌘I。",
    "打开“应用”（Firefox 和 Safari 是“存储”），再打开“Cookie”和网站的地址。",
    "找到 sessionid 或 sessionid_ss 这一行，复制它的值。",
    "粘贴到上面，并选择账号所在的区域。",
  ],
  byTouch: {
    lead: "手机和平板的浏览器不显示 Cookie，需要用电脑操作一次：",
    steps: [
      "在电脑上打开本页面并添加会话，那里会说明每一步。",
      "在电脑上选择会话列表下方的“导出”。",
      "把文件传到这台设备，然后在这里选择“导入”。",
    ],
    withoutComputer: "没有电脑时，可以改用官方密钥，用手机就能复制，见下方。",
  },
  stepsNote: "会话等同于密码，请勿泄露。会话通常在几周后失效，退出登录后立即失效。",
  wrongRegion: "区域不正确时，平台会提示会话已过期；点击“检查”可找到正确的区域。",
  total: (total) => `共 ${number(total)} 积分`,
  drawing: "开发者工具里的 Cookie 列表，标出了 sessionid 的值。",
  drawn: {
    elements: "元素",
    network: "网络",
    application: "应用",
    local: "本地存储",
    cookies: "Cookie",
    name: "名称",
    value: "值",
  },
};

export const sessionMessages: Table<typeof en> = { en, zh };

const isKeyFault = (fault: CredentialFault): fault is ArkKeyFault =>
  fault.kind === "no_cloud" || fault.kind === "unknown_cloud" || fault.kind === "not_a_key";

function faultyInChinese(fault: SessionFault): string {
  switch (fault.kind) {
    case "unknown_prefix":
      return `“${fault.prefix}-” 不是可用的前缀：${rightPrefixInChinese(likelyRegion(fault.prefix))}。`;
    case "two_prefixes":
      return `同时使用了 ${fault.prefixes.map((prefix) => `${prefix}-`).join(" 和 ")} 两个前缀：请只保留账号注册地的前缀。`;
    case "no_session_cookie":
      return "这些是 Cookie，但其中没有 sessionid：请只填写 sessionid 的值。";
    case "two_sessions":
      return "包含两个不同的会话：请用逗号分隔。";
    case "not_an_id":
      return "这不是会话：请填写 sessionid 的值，不要带空格和百分号。";
  }
}

function rightPrefixInChinese(meant: RegionId | null): string {
  if (meant === "cn") return "即梦 jimeng.jianying.com 的账号不加前缀";
  if (meant !== null) return `在那里注册的账号请用 ${meant}-`;
  return "dreamina.capcut.com 的账号请用 us-、hk-、jp- 或 sg-，即梦 jimeng.jianying.com 的账号不加前缀";
}
