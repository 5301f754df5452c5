/** Pictures on their way into the form: from a file field, the clipboard or a drop. Looks at them before they are taken. */
import { say } from "../parts/toast.tsx";
import { addImages, maxImages, type ReferenceImage } from "../state/draft.ts";
import { fitting } from "../state/fitting.ts";
import { nameIn } from "../state/link.ts";
import { newId } from "../state/new-id.ts";
import { composeWords } from "../words/compose.ts";
import { words } from "../words/index.ts";

/** The API's. */
const maxBytes = 30 * 1024 * 1024;
export const pictureTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"];

export function takeFiles(files: Iterable<File>): void {
  const t = words(composeWords);
  const good: ReferenceImage[] = [];
  for (const file of files) {
    if (!pictureTypes.includes(file.type)) say(t.notPicture(file.name));
    else if (file.size > maxBytes) say(t.tooLarge(file.name));
    else good.push({ id: newId(), name: file.name, kind: "file", blob: file });
  }
  take(good);
}

/** @returns whether it is an address of a kind that can be used. */
export function takeAddress(text: string): boolean {
  const url = addressIn(text);
  if (url === null) return false;
  take([{ id: newId(), name: nameIn(url), kind: "link", url }]);
  return true;
}

function take(images: ReferenceImage[]): void {
  if (images.length === 0) return;
  if (addImages(images) > 0) say(words(composeWords).tooMany(Math.min(fitting.value.offers.maxImages, maxImages)));
}

/** What was pasted or dropped: its files, or else its address. @returns whether there was anything to take. */
export function takeData(data: DataTransfer): boolean {
  // A picture dragged out of a page comes as its address, and in some browsers as a file, too. One of this server's own
  // need not travel again.
  const address = data.getData("text/uri-list").split(/\r?\n/)[0] ?? "";
  if (URL.canParse(address) && new URL(address).origin === location.origin) return takeAddress(address);
  const files = [...data.files];
  if (files.length > 0) {
    takeFiles(files);
    return true;
  }
  return takeAddress(address);
}

function addressIn(text: string): string | null {
  const address = text.trim();
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address).href : null;
}
