/** Texts of the header, and the banners. */
import { number, plural, type Table } from "./index.ts";

const en = {
  title: "Dreamina",
  brand: "Dreamina",
  tagline: "Images from text",
  skip: "Skip to the images",
  docs: "API docs",
  images: "Images",
  otherLanguage: "切换到中文",
  otherLanguageShort: "中文",
  theme: { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" },
  addSession: "Add a session or key",
  sessions: (on: number) => plural(on, "session", "sessions"),
  keys: (on: number) => plural(on, "key", "keys"),
  both: (sessions: string, keys: string) => `${sessions}, ${keys}`,
  apiKey: "API key",
  noneOn: "All are off",
  credits: (total: number) => plural(total, "credit", "credits"),
  manageSessions: "Manage sessions and keys",
  offline: "This device is offline. The server goes on with your images; the page reconnects by itself.",
  down: "The server does not answer. The page retries and continues by itself.",
  simulated: "Simulation: the images and the credits are made up, and nothing is charged.",
  takenOver: (count: number) => `${plural(count, "session", "sessions")} imported from the earlier page.`,
  linkRead: "The form was filled in from the link.",
};

const zh: typeof en = {
  title: "即梦 Dreamina",
  brand: "即梦",
  tagline: "用文字生成图片",
  skip: "跳转到图片",
  docs: "API 文档",
  images: "图片",
  otherLanguage: "Switch to English",
  otherLanguageShort: "English",
  theme: { auto: "主题：跟随系统", light: "主题：浅色", dark: "主题：深色" },
  addSession: "添加会话或密钥",
  sessions: (on) => `${number(on)} 个会话`,
  keys: (on) => `${number(on)} 个密钥`,
  both: (sessions, keys) => `${sessions}，${keys}`,
  apiKey: "API 密钥",
  noneOn: "均已停用",
  credits: (total) => `${number(total)} 积分`,
  manageSessions: "管理会话和密钥",
  offline: "设备已离线。服务器上的任务不受影响，网络恢复后页面会自动重新连接。",
  down: "服务器没有响应。页面会自动重试，恢复后继续。",
  simulated: "模拟模式：图片和积分都是虚构的，不会产生任何费用。",
  takenOver: (count) => `已从旧版页面导入 ${number(count)} 个会话。`,
  linkRead: "已根据链接填写表单。",
};

export const shellMessages: Table<typeof en> = { en, zh };
