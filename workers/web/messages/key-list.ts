/** Texts of the list of keys. */
import type { Table } from "./index.ts";

const en = {
  title: "Keyboard shortcuts",
  open: "Keyboard shortcuts (?)",
  places: { page: "Everywhere", form: "In the form", view: "In the large view" },
  does: {
    list: "Show this list",
    paste: "Paste images as reference images",
    undo: "Undo what a notice offers to undo",
    close: "Close a window or the large view",
    send: "Make the images",
    recall: "Earlier prompts, and back, with the cursor at the start of the prompt",
    step: "Previous and next image",
    zoom: "Enlarge and reduce",
    whole: "Whole image",
  },
};

const zh: typeof en = {
  title: "键盘快捷键",
  open: "键盘快捷键（?）",
  places: { page: "任何位置", form: "表单中", view: "大图中" },
  does: {
    list: "显示此列表",
    paste: "粘贴图片作为参考图",
    undo: "撤销提示消息中的操作",
    close: "关闭窗口或大图",
    send: "生成图片",
    recall: "光标在提示词开头时，切换到更早或更新的提示词",
    step: "上一张和下一张图片",
    zoom: "放大和缩小",
    whole: "显示全图",
  },
};

export const keyListMessages: Table<typeof en> = { en, zh };
