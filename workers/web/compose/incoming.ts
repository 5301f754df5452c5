/**
 * Images on their way into the form: from a file field, the clipboard or a drop. Files are looked at before they are
 * taken, as the API looks at them: what the browser says about a file goes by its name, and is often empty.
 */

import { computed, signal } from "@preact/signals";
import { imageType, referenceTypes, telltaleBytes } from "#shared/images/image-type.ts";
import { notify } from "#web/components/toast.tsx";
import { maxReferenceBytes, maxReferenceImages } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { addImages, type ReferenceImage } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { nameIn } from "#web/state/link.ts";
import { newId } from "#web/state/new-id.ts";

/** Choices and drops whose files are still being looked at. */
const looking = signal(0);
let last: Promise<boolean> = Promise.resolve(true);

/** Whether files are on their way that the form does not have yet. */
export const areFilesLoading = computed(() => looking.value > 0);

/** When no files are on their way any more: whether every one of them is in the form. */
export const filesAdded = (): Promise<boolean> => last;

/** They join the form in the order in which they were given, once they have been looked at. */
export function addFiles(files: Iterable<File>): void {
  // The list of a file field is empty a moment later.
  const given = [...files];
  const before = areFilesLoading.peek() ? last : Promise.resolve(true);
  looking.value += 1;
  last = before.then(async (areAllIn) => {
    const looks = await Promise.all(given.map(lookAt));
    const areAllGood = notifyRefusals(looks);
    const haveAllRoom = addOrNotify(looks.flatMap((look) => ("image" in look ? [look.image] : [])));
    looking.value -= 1;
    return areAllIn && areAllGood && haveAllRoom;
  });
}

type Refusal = "notImages" | "tooLarge" | "notReadable";
type Look = { image: ReferenceImage } | { refusal: Refusal; name: string };

async function lookAt(file: File): Promise<Look> {
  const { name, size } = file;
  try {
    const { contentType } = imageType(new Uint8Array(await file.slice(0, telltaleBytes).arrayBuffer()));
    if (contentType === null || !referenceTypes.includes(contentType)) return { refusal: "notImages", name };
    if (size > maxReferenceBytes) return { refusal: "tooLarge", name };
    return { image: { id: newId(), name, kind: "file", blob: file.slice(0, size, contentType) } };
  } catch {
    // A folder, or a file that has gone since.
    return { refusal: "notReadable", name };
  }
}

/** One notice for each reason, so that none is pushed out by the others. @returns whether there was none. */
function notifyRefusals(looks: readonly Look[]): boolean {
  const refused = looks.flatMap((look) => ("refusal" in look ? [look] : []));
  for (const reason of new Set(refused.map(({ refusal }) => refusal))) {
    const names = refused.filter(({ refusal }) => refusal === reason).map(({ name }) => name);
    notify(messages(composeMessages)[reason](names));
  }
  return refused.length === 0;
}

/** @returns whether it is an address of a kind that can be used. */
export function addAddress(text: string): boolean {
  const url = addressIn(text);
  if (url === null) return false;
  addOrNotify([{ id: newId(), name: nameIn(url), kind: "link", url }]);
  return true;
}

/** @returns whether there was room for all. */
function addOrNotify(images: ReferenceImage[]): boolean {
  if (images.length === 0 || addImages(images) === 0) return true;
  notify(messages(composeMessages).tooMany(Math.min(fitting.value.offers.maxImages, maxReferenceImages)));
  return false;
}

/** What was pasted or dropped: its files, or else its address. @returns whether there was anything to take. */
export function addTransfer(data: DataTransfer): boolean {
  // An image dragged out of a page comes as its address, and in some browsers as a file, too. One of this server's own
  // need not travel again.
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
