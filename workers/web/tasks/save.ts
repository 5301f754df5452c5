/** Downloads images as files, named after their prompt and time. */
import { imageUrlLifeMs, maxFileTitle } from "#web/limits.ts";
import type { TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { zipOf } from "./zip.ts";

export async function saveImage(task: Task, image: TaskImage): Promise<void> {
  const file = await bytesOf(image);
  // Not readable from the page: the browser downloads it, and the server sends it as an attachment.
  if (file === null) return offer(`${image.url}${image.url.includes("?") ? "&" : "?"}download=1`, "");
  offerBlob(file, fileName(task, image.index, file.type));
}

/** One ZIP file; one file after the other when the page cannot read them all. */
export async function saveImages(task: Task, images: readonly TaskImage[]): Promise<void> {
  const files = await Promise.all(images.map(bytesOf));
  const there = files.flatMap((file, index) => (file === null ? [] : [{ file, index }]));
  if (images.length === 1 || there.length < images.length) {
    for (const image of images) await saveImage(task, image);
    return;
  }
  const at = new Date(task.createdAt);
  const entries = await Promise.all(
    there.map(async ({ file, index }) => ({
      name: fileName(task, index, file.type),
      bytes: new Uint8Array(await file.arrayBuffer()),
      at,
    })),
  );
  offerBlob(zipOf(entries), `${baseName(task)}.zip`);
}

/** null: not readable from the page. */
export async function bytesOf({ url }: TaskImage): Promise<Blob | null> {
  try {
    const response = await fetch(url, { credentials: "omit" });
    return response.ok ? await response.blob() : null;
  } catch {
    return null;
  }
}

export function offerBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  offer(url, name);
  setTimeout(() => URL.revokeObjectURL(url), imageUrlLifeMs);
}

function offer(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  // Another server may show the image instead of downloading it: that must not replace this page.
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

export const fileName = (task: Pick<Task, "draft" | "createdAt">, index: number, type: string): string =>
  `${baseName(task)}-${index + 1}.${endings[type] ?? "png"}`;

function baseName({ draft, createdAt }: Pick<Task, "draft" | "createdAt">): string {
  const words = (draft?.prompt ?? "").match(/[\p{L}\p{N}]+/gu) ?? [];
  const title = [...words.join("-")].slice(0, maxFileTitle).join("").replace(/-$/, "");
  const moment = new Date(createdAt);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${moment.getFullYear()}${two(moment.getMonth() + 1)}${two(moment.getDate())}`;
  const time = `${two(moment.getHours())}${two(moment.getMinutes())}${two(moment.getSeconds())}`;
  return [title || "dreamina", day, time].join("-");
}
