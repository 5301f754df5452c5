/** Words of the parts that every corner of the page uses. */
import type { Table } from "./index.ts";

const en = {
  close: "Close",
  undo: "Undo",
  copied: "Copied.",
  notCopied: "The browser does not allow copying here.",
};

const zh: typeof en = {
  close: "关闭",
  undo: "撤销",
  copied: "已复制。",
  notCopied: "浏览器不允许在这里复制。",
};

export const partWords: Table<typeof en> = { en, zh };
