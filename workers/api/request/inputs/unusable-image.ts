/** Why the bytes of a reference image are refused, and how to make others of them. */
import type { AppError } from "#shared/errors.ts";
import type { FileKind } from "#shared/images/other-file.ts";
import { maxInputBytes } from "#shared/wire/limits.ts";
import { type InputLocation, inputError } from "./input-source.ts";

const refusal = (location: InputLocation, rest: string): AppError => inputError("input_image_invalid", location, rest);

const taken = "send a JPEG, PNG, WebP, GIF or BMP image";

export const empty = (location: InputLocation): AppError => refusal(location, `is empty; ${taken}`);

/** @param file as `imageType` names it. */
export function otherType(location: InputLocation, file: { what: string; kind: FileKind; ending: string }): AppError {
  const advice = advices[file.kind](file.ending);
  return refusal(location, `is ${file.what}; ${taken}${advice === "" ? "" : `. ${advice}`}`);
}

/** @param bytes the bytes that came. */
export const cutOff = (location: InputLocation, what: string, bytes: number): AppError =>
  refusal(
    location,
    `is ${what} that is cut off after ${count(bytes)} bytes; send the whole file, or open it and save it again as PNG or JPEG`,
  );

/** @param declared the announced length, if any. */
export const tooLarge = (location: InputLocation, declared: number | null): AppError =>
  refusal(
    location,
    `is ${declared === null ? `larger than ${limit}` : `${count(declared)} bytes`}; the limit is ${count(maxInputBytes)} bytes (${limit}) an image`,
  );

const limit = `${maxInputBytes / 1024 / 1024} MiB`;
const count = (bytes: number): string => bytes.toLocaleString("en-US");

const exported = (ending: string): string =>
  `To convert it, export it as PNG or JPEG in an image program, or run: magick file.${ending} file.png`;

/** How to make an image of a file, as a sentence without its full stop. */
const advices: Record<FileKind, (ending: string) => string> = {
  image: exported,
  drawing: exported,
  video: (ending) => `To take one frame of it: ffmpeg -i file.${ending} -frames:v 1 frame.png`,
  document: (ending) => `To make an image of its first page: pdftoppm -png -r 150 -singlefile file.${ending} page`,
  archive: () => "Unpack it, and send the images in it",
  page: () => "Give the address of the image itself, not of a page that shows it",
  data: () => "",
};
