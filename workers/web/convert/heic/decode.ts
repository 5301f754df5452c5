/** Decodes the main image of a HEIC file: turned, mirrored and cropped as the file states, with its transparency. */
import type { HeicAnswer, HeicFailure } from "./answer.ts";
import { convertDisplayP3 } from "./display-p3.ts";
import type { Channel, Handle, LibHeif } from "./libheif.ts";
import { isWideGamut } from "./wide-gamut.ts";

/** `maxPixels`: an image that declares more is not decoded. */
export type HeicJob = { bytes: Uint8Array<ArrayBuffer>; maxPixels: number };

export async function decode(lib: LibHeif, { bytes, maxPixels }: HeicJob): Promise<HeicAnswer> {
  const context = lib.heif_context_alloc();
  try {
    const { code } = lib.heif_context_read_from_memory(context, bytes);
    if (code !== lib.heif_error_code.heif_error_Ok) return { failure: failureOf(lib, code) };
    const handle = lib.heif_js_context_get_primary_image_handle(context);
    if (handle === undefined || handle.code !== undefined) return { failure: failureOf(lib, handle?.code) };
    const answer = await decodeImage(lib, handle, { maxPixels, isWide: isWideGamut(bytes) });
    lib.heif_image_handle_release(handle);
    return answer;
  } finally {
    lib.heif_context_free(context);
  }
}

type Wanted = { maxPixels: number; isWide: boolean };

async function decodeImage(lib: LibHeif, handle: Handle, { maxPixels, isWide }: Wanted): Promise<HeicAnswer> {
  const declared = lib.heif_image_handle_get_width(handle) * lib.heif_image_handle_get_height(handle);
  if (declared > maxPixels) return { failure: "tooLarge" };
  const { heif_colorspace_RGB } = lib.heif_colorspace;
  const { heif_chroma_interleaved_RGBA } = lib.heif_chroma;
  const decoded = await lib.heif_js_decode_image2(handle, heif_colorspace_RGB, heif_chroma_interleaved_RGBA);
  const [channel] = decoded?.channels ?? [];
  if (decoded === undefined || channel === undefined) return { failure: failureOf(lib, decoded?.code) };
  try {
    const pixels = withoutGaps(channel);
    if (isWide) convertDisplayP3(pixels);
    return { bitmap: await createImageBitmap(new ImageData(pixels, channel.width, channel.height)) };
  } finally {
    lib.heif_image_release(decoded.image);
  }
}

/** Each row may have further bytes behind it. */
function withoutGaps({ data, stride, width, height }: Channel): Uint8ClampedArray<ArrayBuffer> {
  const rowBytes = width * 4;
  if (stride === rowBytes) return new Uint8ClampedArray(data.buffer, data.byteOffset, rowBytes * height);
  const pixels = new Uint8ClampedArray(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    pixels.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return pixels;
}

function failureOf({ heif_error_code: codes }: LibHeif, code: unknown): HeicFailure {
  if (code === codes.heif_error_Memory_allocation_error) return "tooLarge";
  const isUnknown = [
    codes.heif_error_Unsupported_filetype,
    codes.heif_error_Unsupported_feature,
    codes.heif_error_Plugin_loading_error,
  ].includes(code);
  return isUnknown ? "unsupported" : "broken";
}
