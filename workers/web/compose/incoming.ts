/**
 * Adds images to the form from a file input, the clipboard or a drop. Their type is read from their bytes, as the API
 * does: the browser's type comes from the file name and is often empty.
 */

import { computed, signal } from "@preact/signals";
import { imageType, referenceTypes, typeHeadBytes } from "#shared/images/image-type.ts";
import { notify } from "#web/components/toast.tsx";
import { maxReferenceBytes, maxReferenceImages } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { addImages, type ReferenceImage } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { nameIn } from "#web/state/link.ts";
import { newId } from "#web/state/new-id.ts";

/** Number of choices and drops whose files are still being read. */
const readingCount = signal(0);
let last: Promise<boolean> = Promise.resolve(true);

/** Whether files are being read that the form does not have yet. */
export const areFilesLoading = computed(() => readingCount.value > 0);

/** Resolves when no files are being read. @returns whether all of them were added. */
export const filesAdded = (): Promise<boolean> => last;

/** Adds files in the given order once they are read. */
export function addFiles(files: Iterable<File>): void {
  // The list of a file input is emptied right after this call.
  const given = [...files];
  const before = areFilesLoading.peek() ? last : Promise.resolve(true);
  readingCount.value += 1;
  last = before.then(async (areAllIn) => {
    const results = await Promise.all(given.map(readFile));
    const areAllGood = notifyRefusals(results);
    const areAllWithinLimit = addOrNotify(results.flatMap((result) => ("image" in result ? [result.image] : [])));
    readingCount.value -= 1;
    return areAllIn && areAllGood && areAllWithinLimit;
  });
}

type Refusal = "notImages" | "tooLarge" | "notReadable";
type ReadResult = { image: ReferenceImage } | { refusal: Refusal; name: string };

async function readFile(file: File): Promise<ReadResult> {
  const { name, size } = file;
  try {
    const { contentType } = imageType(new Uint8Array(await file.slice(0, typeHeadBytes).arrayBuffer()));
    if (contentType === null || !referenceTypes.includes(contentType)) return { refusal: "notImages", name };
    if (size > maxReferenceBytes) return { refusal: "tooLarge", name };
    return { image: { id: newId(), name, kind: "file", blob: file.slice(0, size, contentType) } };
  } catch {
    // A folder, or a file that was deleted meanwhile.
    return { refusal: "notReadable", name };
  }
}

/** One notice for each reason, because notices are limited in number. @returns whether no file was refused. */
function notifyRefusals(results: readonly ReadResult[]): boolean {
  const refused = results.flatMap((result) => ("refusal" in result ? [result] : []));
  for (const reason of new Set(refused.map(({ refusal }) => refusal))) {
    const names = refused.filter(({ refusal }) => refusal === reason).map(({ name }) => name);
    notify(messages(composeMessages)[reason](names));
  }
  return refused.length === 0;
}

/** @returns false for a text that is no http or https URL. */
export function addAddress(text: string): boolean {
  const url = addressIn(text);
  if (url === null) return false;
  addOrNotify([{ id: newId(), name: nameIn(url), kind: "link", url }]);
  return true;
}

/** @returns false when some were above the limit. */
function addOrNotify(images: ReferenceImage[]): boolean {
  if (images.length === 0 || addImages(images) === 0) return true;
  notify(messages(composeMessages).tooMany(Math.min(fitting.value.offers.maxImages, maxReferenceImages)));
  return false;
}

/** Adds pasted or dropped files, otherwise the URL. @returns false when there is neither. */
export function addTransfer(data: DataTransfer): boolean {
  // An image dragged out of a page comes as its URL, and in some browsers as a file as well. For images of this server
  // the URL is enough.
  const address = data.getData("text/uri-list").split(/\r?\n/)[0] ?? "";
  if (URL.canParse(address) && new URL(address).origin === location.origin) return addAddress(address);
  const files = [...data.files];
  if (files.length > 0) {
    addFiles(files);
    return true;
  }
  return addAddress(address);
}

function addressIn(text: string): string | null {
  const address = text.trim();
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address).href : null;
}
