/** Pictures as files on the reader's device, under names that say what they show. */
import type { Picture } from "#web/state/pictures.ts";
import type { Work } from "#web/state/task.ts";
import { zipOf } from "./zip.ts";

export async function savePicture(work: Work, picture: Picture): Promise<void> {
  const file = await bytesOf(picture);
  // Not to be read from here: the browser fetches it by itself, and the server says that it is a file to keep.
  if (file === null) return offer(`${picture.url}${picture.url.includes("?") ? "&" : "?"}download=1`, "");
  offerBlob(file, fileName(work, picture.index, file.type));
}

/** One file for all; one after the other where they cannot be read from here. */
export async function savePictures(work: Work, pictures: readonly Picture[]): Promise<void> {
  const files = await Promise.all(pictures.map(bytesOf));
  const there = files.flatMap((file, index) => (file === null ? [] : [{ file, index }]));
  if (pictures.length === 1 || there.length < pictures.length) {
    for (const picture of pictures) await savePicture(work, picture);
    return;
  }
  const at = new Date(work.createdAt);
  const entries = await Promise.all(
    there.map(async ({ file, index }) => ({
      name: fileName(work, index, file.type),
      bytes: new Uint8Array(await file.arrayBuffer()),
      at,
    })),
  );
  offerBlob(zipOf(entries), `${baseName(work)}.zip`);
}

async function bytesOf({ url }: Picture): Promise<Blob | null> {
  try {
    const response = await fetch(url, { credentials: "omit" });
    return response.ok ? await response.blob() : null;
  } catch {
    return null;
  }
}

function offerBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  offer(url, name);
  setTimeout(() => URL.revokeObjectURL(url), blobLifeMs);
}
/** Browsers begin to save after the click, some only once the reader has said where to. */
const blobLifeMs = 120_000;

function offer(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  // A server elsewhere may show the picture instead of handing over a file: not in the place of this page.
  if (new URL(url, location.href).origin !== location.origin) link.target = "_blank";
  document.body.append(link);
  link.click();
  link.remove();
}

const endings: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
};

export const fileName = (work: Pick<Work, "draft" | "createdAt">, index: number, type: string): string =>
  `${baseName(work)}-${index + 1}.${endings[type] ?? "png"}`;

/** As many letters of the prompt as a file's name can take without becoming a sentence. */
const longestTitle = 40;

function baseName({ draft, createdAt }: Pick<Work, "draft" | "createdAt">): string {
  const words = (draft?.prompt ?? "").match(/[\p{L}\p{N}]+/gu) ?? [];
  const title = [...words.join("-")].slice(0, longestTitle).join("").replace(/-$/, "");
  const moment = new Date(createdAt);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${moment.getFullYear()}${two(moment.getMonth() + 1)}${two(moment.getDate())}`;
  const time = `${two(moment.getHours())}${two(moment.getMinutes())}${two(moment.getSeconds())}`;
  return [title || "dreamina", day, time].join("-");
}
