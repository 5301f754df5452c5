/** The body of the request that makes a batch: the same one each time it is sent. */
import type { Batch } from "./batch.ts";
import { fieldsOf, type ReferenceImage } from "./draft.ts";

/** Rejects when a file can no longer be read. */
export async function batchBodyOf({ draft, prompts }: Pick<Batch, "draft" | "prompts">): Promise<string> {
  if (draft === null) return "";
  const images = draft.mode === "image" ? await Promise.all(draft.images.map(textOf)) : [];
  const requests = prompts.map((prompt) => ({
    ...fieldsOf({ ...draft, prompt }),
    ...(images.length > 0 && { images }),
  }));
  return JSON.stringify({ requests });
}

/** A link, or a file as a data-URL. */
async function textOf(image: ReferenceImage): Promise<string> {
  if (image.kind === "link") return image.url;
  return await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(image.blob);
  });
}
