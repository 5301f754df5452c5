/** Texts of the empty page: what the page does, examples to press, and how to get a session or a key. */
import type { Table } from "./index.ts";

const en = {
  title: "Describe the image you want.",
  what: "This page makes images from your words with Dreamina, CapCut's image generator. It uses your own account, or an official key.",
  write: "Write a prompt",
  examples: "Or press an example:",
  examplesSimulated: "Or press an example. It starts at once, with a demo session:",
  prompts: {
    lighthouse: "A lighthouse on a cliff at dawn, layered paper cut",
    balloons: "Hot-air balloons over a mountain lake, retro travel poster",
    ink: "A lone boat before misty mountains, ink wash painting",
  },
  drawings: "These are example drawings, not images made by Dreamina.",
  needed: "What you need",
  neededForReal: "For real images",
  session:
    "A session is the login of your own Dreamina or Jimeng account: a cookie that you copy from the site once. Images cost credits of that account.",
  key: "An official key comes from the makers' cloud: BytePlus, or Volcengine Ark in China. Each image costs some cents.",
  refused:
    "Since about April 2026 Dreamina makes images for its international sessions (US, Hong Kong, Japan, Singapore and elsewhere) only on its own site, and refuses them here. Take an official key, or a session of Jimeng in China.",
  getKey: "Get an official key",
  getSession: "Add a session",
  emptyTitle: "Your images will appear here",
  emptyText: "Describe an image and send it. You may close the page meanwhile; nothing is lost.",
  demoTaken: "This server is simulated: its demo session was added.",
  takeDemo: "Use the demo session",
  asked: "As soon as one works, this window closes by itself and your image starts.",
};

const zh: typeof en = {
  title: "描述你想要的图片。",
  what: "输入文字，由即梦（海外版为 Dreamina）生成图片；使用的是你自己的账号，或官方密钥。",
  write: "输入提示词",
  examples: "也可以直接点一个示例：",
  examplesSimulated: "也可以直接点一个示例，会使用演示会话立即开始生成：",
  prompts: {
    lighthouse: "清晨悬崖上的灯塔，层叠剪纸风格",
    balloons: "热气球飘过高山湖泊，复古旅行海报",
    ink: "雾中远山，一叶孤舟，水墨画",
  },
  drawings: "以上是示例插画，并非由即梦生成。",
  needed: "需要准备什么",
  neededForReal: "如何生成真实图片",
  session: "会话就是你的即梦或 Dreamina 账号的登录状态：从网站复制一次 Cookie 即可，生成图片会消耗该账号的积分。",
  key: "官方密钥来自开发商的云平台：中国大陆是火山方舟，其他地区是 BytePlus。按张付费，每张几角钱。",
  refused:
    "大约从 2026 年 4 月起，Dreamina 国际站（美国、中国香港、日本、新加坡等区域）的会话只能在官网上生成图片，在这里会被拒绝。请使用即梦（中国大陆）的会话，或官方密钥。",
  getKey: "获取官方密钥",
  getSession: "添加会话",
  emptyTitle: "你的图片会出现在这里",
  emptyText: "输入提示词并点击生成。生成期间可以关闭页面，任务不会丢失。",
  demoTaken: "本服务器是模拟的，已添加演示会话。",
  takeDemo: "使用演示会话",
  asked: "有一个可用后，此窗口会自动关闭，并开始生成图片。",
};

export const firstMessages: Table<typeof en> = { en, zh };
