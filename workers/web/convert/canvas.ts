/** Draws a picture and encodes it within the limits of a reference image. */
import { maxReferenceBytes, maxReferencePixels } from "#web/limits.ts";

/** Visually the same as the original, at about a third of the bytes of 1.0. */
const jpegQuality = 0.95;
/** Rows whose transparency is looked at together: 256 of 16,384 pixels are 16 MiB. */
const stripRows = 256;
/** A smaller picture has fewer bytes, but not exactly in proportion. */
const margin = 0.9;

type Picture = ImageBitmap | HTMLImageElement;

/** @returns a PNG when some of it is transparent, otherwise a JPEG. @throws DOMException when it is too large to draw. */
export async function encoded(picture: Picture, width: number, height: number): Promise<Blob> {
  for (let scale = Math.min(1, Math.sqrt(maxReferencePixels / (width * height))); ; ) {
    const canvas = drawn(picture, Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale)));
    const type = isOpaque(canvas) ? "image/jpeg" : "image/png";
    const blob = await canvas.convertToBlob({ type, quality: jpegQuality });
    if (blob.size <= maxReferenceBytes) return blob;
    scale *= Math.sqrt(maxReferenceBytes / blob.size) * margin;
  }
}

function drawn(picture: Picture, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

function isOpaque(canvas: OffscreenCanvas): boolean {
  const context = contextOf(canvas);
  for (let top = 0; top < canvas.height; top += stripRows) {
    const { data } = context.getImageData(0, top, canvas.width, Math.min(stripRows, canvas.height - top));
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  }
  return true;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new DOMException("There is no canvas.", "NotSupportedError");
  return context;
}
