/** Adds images to the form from a file input, the clipboard or a drop. */

import { computed, signal } from "@preact/signals";
import { notify } from "#web/components/toast.tsx";
import { type Offer, type Prepared, prepare } from "#web/convert/prepare.ts";
import { maxReferenceImages } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { convertMessages } from "#web/messages/convert.ts";
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

/** Adds files in the given order once they are read, and converted where the API does not take them. */
export function addFiles(files: Iterable<File>): void {
  // The list of a file input is emptied right after this call.
  const given = [...files];
  queue(async () => {
    const results: Result[] = [];
    // One by one: a decoded photo has 50 MB and more.
    for (const file of given) results.push({ name: file.name, ...(await prepare(file)) });
    return settle(results);
  });
}

function queue(work: () => Promise<boolean>): void {
  const before = areFilesLoading.peek() ? last : Promise.resolve(true);
  readingCount.value += 1;
  last = before.then(async (areAllIn) => {
    const areTheseIn = await work();
    readingCount.value -= 1;
    return areAllIn && areTheseIn;
  });
}

type Result = { name: string } & Prepared;

/** @returns whether all of them were added. */
function settle(results: readonly Result[]): boolean {
  const areAllGood = notifyRefusals(results);
  const areNoneOffered = notifyOffers(results.flatMap((result) => ("offer" in result ? [result] : [])));
  const areAllWithinLimit = addOrNotify(results.flatMap((result) => ("blob" in result ? [imageFrom(result)] : [])));
  return areAllGood && areNoneOffered && areAllWithinLimit;
}

const imageFrom = ({ name, blob }: { name: string; blob: Blob }): ReferenceImage => ({
  id: newId(),
  name,
  kind: "file",
  blob,
});

/** One notice for each reason, because notices are limited in number. @returns whether no file was refused. */
function notifyRefusals(results: readonly Result[]): boolean {
  const refused = results.flatMap((result) => ("refusal" in result ? [result] : []));
  for (const reason of new Set(refused.map(({ refusal }) => refusal))) {
    const names = refused.filter(({ refusal }) => refusal === reason).map(({ name }) => name);
    notify(messages(convertMessages)[reason](names));
  }
  return refused.length === 0;
}

/** One notice for each kind. @returns whether there is nothing to offer. */
function notifyOffers(offers: readonly ({ name: string } & Offer)[]): boolean {
  const t = messages(convertMessages);
  for (const kind of new Set(offers.map(({ offer }) => offer))) {
    const these = offers.filter(({ offer }) => offer === kind);
    const acceptAll = async () => {
      const results: Result[] = [];
      for (const { name, accept } of these) results.push({ name, ...(await accept()) });
      return settle(results);
    };
    const label = { aboveLimit: t.scaleDown, notLoaded: t.tryAgain }[kind];
    notify(t[kind](these.map(({ name }) => name)), { label, run: () => queue(acceptAll) });
  }
  return offers.length === 0;
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
