/**
 * Makes a reference image of a file: takes it as it is, converts it, or says why not. Bytes decide, not the name or the
 * browser's type, which comes from the name.
 */
import { watchEnd } from "#shared/images/image-end.ts";
import { type ImageType, imageType, typeHeadBytes } from "#shared/images/image-type.ts";
import { maxDecodedPixels, maxReadBytes, maxReferenceBytes, maxReferencePixels } from "#web/limits.ts";
import { bitmapOf } from "./bitmap.ts";
import { encoded } from "./canvas.ts";
import { sizedDrawing } from "./drawing.ts";
import { drawnImage } from "./drawn-image.ts";
import { heicBitmap } from "./heic/heic.ts";
import { orientationOf } from "./orientation.ts";
import { pixelCountOf } from "./pixel-count.ts";
import { planFor } from "./plan.ts";

/** `heic`, `unknown`: an image that this browser does not read. `broken`: its data are not valid. `late`: it was ended. */
export type Refusal =
  | ("empty" | "notImages" | "cutOff" | "broken" | "tooLarge" | "notReadable")
  | ("heic" | "unknown" | "late");
/**
 * `aboveLimit`: the image fits once it is scaled down. `notLoaded`: the network failed, the image can be tried again.
 */
export type Offer = { offer: "aboveLimit" | "notLoaded"; accept: () => Promise<Prepared> };
export type Prepared = { blob: Blob } | { refusal: Refusal } | Offer;

export async function prepare(file: File): Promise<Prepared> {
  try {
    return await prepared(file);
  } catch {
    // A folder, or a file that was deleted meanwhile.
    return { refusal: "notReadable" };
  }
}

async function prepared(file: File): Promise<Prepared> {
  const type = imageType(new Uint8Array(await file.slice(0, typeHeadBytes).arrayBuffer()));
  const plan = planFor(type);
  if (file.size === 0) return { refusal: "empty" };
  if (plan === "refuse") return { refusal: "notImages" };
  if (file.size > maxReadBytes) return { refusal: "tooLarge" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pixels = pixelCountOf(bytes, type.contentType) ?? 0;
  if (pixels > maxDecodedPixels) return { refusal: "tooLarge" };
  if (plan === "draw") return drawn(bytes);
  if (type.ending === "heic") return photo(file, bytes);
  if (plan === "decode" || type.contentType === null) return redrawn(file, "unknown");
  return taken(file, { bytes, pixels, type: type.contentType });
}

type Contents = { bytes: Uint8Array; pixels: number; type: ImageType };

/** @param given of a type that the API takes and every browser reads. */
async function taken(given: File, { bytes, pixels, type }: Contents): Promise<Prepared> {
  const file = given.slice(0, given.size, type);
  const end = watchEnd(type);
  end.pass(bytes);
  if (!end.isWhole()) return { refusal: "cutOff" };
  if (bytes.length > maxReferenceBytes || pixels > maxReferencePixels) {
    return { offer: "aboveLimit", accept: () => redrawn(file, "broken") };
  }
  if (orientationOf(bytes, type) !== 1) return redrawn(file, "broken");
  const bitmap = await bitmapOf(file);
  bitmap?.close();
  return bitmap === null ? { refusal: "broken" } : { blob: file };
}

/** @param refusal for an image that the browser cannot read. */
async function redrawn(file: Blob, refusal: Refusal): Promise<Prepared> {
  const bitmap = await bitmapOf(file);
  return bitmap === null ? { refusal } : converted(bitmap);
}

/** Of browsers only Safari reads HEIC. */
async function photo(file: Blob, bytes: Uint8Array<ArrayBuffer>): Promise<Prepared> {
  const bitmap = await bitmapOf(file);
  if (bitmap !== null) return converted(bitmap);
  const decoded = await heicBitmap(bytes);
  if ("bitmap" in decoded) return converted(decoded.bitmap);
  const { failure } = decoded;
  if (failure === "notLoaded") return { offer: failure, accept: () => photo(file, bytes) };
  return { refusal: failure === "unsupported" ? "heic" : failure };
}

const converted = (bitmap: ImageBitmap): Promise<Prepared> =>
  within(encoded(bitmap, bitmap.width, bitmap.height)).finally(() => bitmap.close());

async function drawn(bytes: Uint8Array): Promise<Prepared> {
  const drawing = sizedDrawing(new TextDecoder().decode(bytes));
  if (drawing === null) return { refusal: "notImages" };
  const image = await drawnImage(drawing);
  return image === null ? { refusal: "broken" } : within(encoded(image, drawing.width, drawing.height));
}

/** Memory and the largest canvas differ between devices. */
const within = (encoding: Promise<Blob>): Promise<Prepared> =>
  encoding.then(
    (blob) => ({ blob }),
    () => ({ refusal: "tooLarge" }),
  );
