/** Texts about files that are added as reference images. */
import type { Table } from "./index.ts";

type Names = readonly string[];
const listed = (names: Names): string => names.join(", ");

const en = {
  empty: (names: Names) => `Empty, with no bytes in it: ${listed(names)}.`,
  notImages: (names: Names) =>
    names.length === 1 ? `${names[0]} is not an image.` : `These are not images: ${listed(names)}.`,
  unknown: (names: Names) =>
    `This browser cannot read ${listed(names)}. Save it as PNG or JPEG in an image program and add that.`,
  heic: (names: Names) =>
    `The HEIC photo ${listed(names)} cannot be read here. Save it as JPEG first and add that: Photos and Preview on a Mac export JPEG.`,
  cutOff: (names: Names) =>
    `Not complete, the end is missing: ${listed(names)}. Copy or download the whole file again.`,
  broken: (names: Names) => `Damaged, so it cannot be shown: ${listed(names)}.`,
  tooLarge: (names: Names) => `Too large for this browser to read: ${listed(names)}.`,
  notReadable: (names: Names) => `Could not be read, perhaps a folder: ${listed(names)}.`,
  aboveLimit: (names: Names) => `Larger than 30 MB or 36 megapixels: ${listed(names)}.`,
  scaleDown: "Scale down and add",
  late: (names: Names) =>
    `Reading took too long and was stopped: ${listed(names)}. Save it as JPEG first and add that.`,
  notLoaded: (names: Names) =>
    `The reader for HEIC photos could not be loaded. Check the connection. Not added: ${listed(names)}.`,
  tryAgain: "Try again",
};

const zh: typeof en = {
  empty: (names) => `${names.join("、")} 是空文件。`,
  notImages: (names) => `${names.join("、")} 不是图片。`,
  unknown: (names) => `此浏览器无法读取 ${names.join("、")}。请用图片软件另存为 PNG 或 JPEG 后再添加。`,
  heic: (names) =>
    `无法在这里读取 HEIC 照片 ${names.join("、")}。请先另存为 JPEG 再添加：Mac 的“照片”和“预览”可以导出 JPEG。`,
  cutOff: (names) => `${names.join("、")} 不完整，缺少结尾。请重新复制或下载整个文件。`,
  broken: (names) => `${names.join("、")} 已损坏，无法显示。`,
  tooLarge: (names) => `${names.join("、")} 太大，此浏览器无法读取。`,
  notReadable: (names) => `${names.join("、")} 无法读取，可能是文件夹。`,
  aboveLimit: (names) => `${names.join("、")} 超过 30 MB 或 3600 万像素。`,
  scaleDown: "缩小后添加",
  late: (names) => `${names.join("、")} 读取时间过长，已停止。请先另存为 JPEG 再添加。`,
  notLoaded: (names) => `HEIC 照片的读取程序加载失败，请检查网络。未添加：${names.join("、")}。`,
  tryAgain: "重试",
};

export const convertMessages: Table<typeof en> = { en, zh };
