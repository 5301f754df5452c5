/** Texts about images that become ready while the page is hidden. */
import { number, plural, type Table } from "./index.ts";

const en = {
  from: "Dreamina",
  ready: (count: number) => `${plural(count, "image is", "images are")} ready.`,
  failed: "Images could not be made.",
  switchOn: "Notify me when images are ready",
  switchOff: "Stop notifications",
  on: "This browser will tell you when images are ready while the page is in the background.",
  off: "Notifications are off.",
  denied:
    "The browser does not allow notifications for this page. Allow them in the browser's settings for this site, then switch them on again.",
  undecided: "Notifications stay off: the browser was not allowed to show them.",
  unable: "This browser cannot show notifications of this page.",
};

const zh: typeof en = {
  from: "即梦",
  ready: (count) => `${number(count)} 张图片已完成。`,
  failed: "有图片未能生成。",
  switchOn: "图片完成时通知我",
  switchOff: "关闭通知",
  on: "页面在后台时，图片完成后浏览器会通知你。",
  off: "通知已关闭。",
  denied: "浏览器禁止本页面发送通知。请在浏览器的网站设置中允许通知，然后重新开启。",
  undecided: "通知未开启：浏览器询问时没有选择允许。",
  unable: "这个浏览器无法显示本页面的通知。",
};

export const readyMessages: Table<typeof en> = { en, zh };
