/** Words of the header, the banners and the welcome. */
import { number, plural, type Table } from "./index.ts";

const en = {
  title: "Dreamina",
  brand: "Dreamina",
  tagline: "Images from words",
  skip: "Skip to the images",
  tasks: "Images",
  otherLanguage: "切换到中文",
  otherLanguageShort: "中文",
  theme: { auto: "Colours: as the device", light: "Colours: light", dark: "Colours: dark" },
  addSession: "Add a session",
  sessions: (on: number) => plural(on, "session", "sessions"),
  apiKey: "API key",
  noneOn: "All sessions are off",
  credits: (total: number) => plural(total, "credit", "credits"),
  manageSessions: "Manage sessions",
  offline: "This device is offline. What is running goes on without it; the page continues by itself.",
  down: "The server does not answer. The page keeps asking and continues by itself.",
  simulated: "Simulated images: this server is connected to a simulator, not to Dreamina. Nothing costs credits.",
  takenOver: (count: number) => `${plural(count, "session", "sessions")} taken over from the earlier page.`,
  welcome: "Say what you would like to see.",
  welcomeMore:
    "This page makes images with your own Dreamina or Jimeng account. Add its session once; it stays in this browser and goes nowhere but to this server.",
  welcomeButton: "Add a session",
  linkRead: "The settings of the link are filled in.",
};

const zh: typeof en = {
  title: "即梦 Dreamina",
  brand: "即梦",
  tagline: "用文字画图",
  skip: "跳到图片",
  tasks: "图片",
  otherLanguage: "Switch to English",
  otherLanguageShort: "English",
  theme: { auto: "配色：跟随设备", light: "配色：浅色", dark: "配色：深色" },
  addSession: "添加会话",
  sessions: (on) => `${number(on)} 个会话`,
  apiKey: "API 密钥",
  noneOn: "会话都已停用",
  credits: (total) => `${number(total)} 积分`,
  manageSessions: "管理会话",
  offline: "设备已离线。正在进行的任务不受影响，恢复网络后页面会自动继续。",
  down: "服务器没有回应。页面会不断重试，恢复后自动继续。",
  simulated: "图片是模拟的：服务器连接的是模拟器，不是真正的平台，不会消耗积分。",
  takenOver: (count) => `已从旧页面接收 ${number(count)} 个会话。`,
  welcome: "说说你想看见什么。",
  welcomeMore:
    "这个页面用你自己的即梦或 Dreamina 账号生成图片。会话只需添加一次，它只保存在这个浏览器里，也只会发送给本服务器。",
  welcomeButton: "添加会话",
  linkRead: "已填入链接里的设置。",
};

export const shellMessages: Table<typeof en> = { en, zh };
