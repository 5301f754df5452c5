/** Texts of the shared components. */
import type { Table } from "./index.ts";

const en = {
  close: "Close",
  undo: "Undo",
  copied: "Copied.",
  notCopied: "The browser does not allow copying here.",
  notKept:
    "The browser cannot store more: its storage is full or blocked. New content is lost when the page is closed.",
};

const zh: typeof en = {
  close: "关闭",
  undo: "撤销",
  copied: "已复制。",
  notCopied: "浏览器不允许在这里复制。",
  notKept: "浏览器无法继续保存：存储空间已满或被禁用。关闭页面后，新内容将会丢失。",
};

export const componentMessages: Table<typeof en> = { en, zh };
