import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { decode } from "#web/convert/heic/decode.ts";
import type { DecodedImage, Handle, LibHeif } from "#web/convert/heic/libheif.ts";

/** Two pixels a row and two rows, each row with four further bytes. */
const stride = 12;
const rows = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 9, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0]);
const image: DecodedImage = { image: "image", channels: [{ data: rows, stride, width: 2, height: 2 }] };

class Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

beforeEach(() => {
  vi.stubGlobal("ImageData", Pixels);
  vi.stubGlobal("createImageBitmap", async (pixels: object) => pixels);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const codes = Object.fromEntries(
  ["Ok", "Unsupported_filetype", "Unsupported_feature", "Plugin_loading_error", "Memory_allocation_error", "Other"].map(
    (name) => [`heif_error_${name}`, name],
  ),
) as LibHeif["heif_error_code"];

/** A decoder of one image, and the objects that it has not got back. */
function aLibrary(changes: Partial<LibHeif> = {}) {
  const held: unknown[] = [];
  const take = <T>(object: T): T => {
    held.push(object);
    return object;
  };
  const giveBack = (object: unknown) => void held.splice(held.indexOf(object), 1);
  const handle = "handle" as unknown as Handle;
  const lib: LibHeif = {
    heif_error_code: codes,
    heif_colorspace: { heif_colorspace_RGB: "RGB" },
    heif_chroma: { heif_chroma_interleaved_RGBA: "RGBA" },
    heif_context_alloc: () => take("context"),
    heif_context_free: giveBack,
    heif_context_read_from_memory: () => ({ code: "Ok" }),
    heif_js_context_get_primary_image_handle: () => take(handle),
    heif_image_handle_get_width: () => 2,
    heif_image_handle_get_height: () => 2,
    heif_image_handle_release: giveBack,
    heif_js_decode_image2: async () => {
      take(image.image);
      return image;
    },
    heif_image_release: giveBack,
    ...changes,
  };
  return { lib, held };
}

const job = { bytes: new Uint8Array(8), maxPixels: 4 };
const refused = (code: string) => async () => ({ code }) as unknown as DecodedImage;

it("the pixels of the main image are taken without what lies between the rows, and all memory is given back", async () => {
  const { lib, held } = aLibrary();
  const { bitmap } = (await decode(lib, job)) as unknown as { bitmap: ImageData };
  expect([bitmap.width, bitmap.height, ...bitmap.data]).toEqual([
    2,
    2,
    ...Array.from({ length: 16 }, (_, at) => at + 1),
  ]);
  expect(held).toEqual([]);
});

it("an image that declares more pixels than the limit is not decoded", async () => {
  const decodes = vi.fn(async () => image);
  const { lib, held } = aLibrary({ heif_js_decode_image2: decodes });
  expect(await decode(lib, { ...job, maxPixels: 3 })).toEqual({ failure: "tooLarge" });
  expect(decodes).not.toHaveBeenCalled();
  expect(held).toEqual([]);
});

it.each([
  ["Other", "broken"],
  ["Memory_allocation_error", "tooLarge"],
  ["Unsupported_feature", "unsupported"],
  ["Unsupported_filetype", "unsupported"],
  ["Plugin_loading_error", "unsupported"],
])("libheif's error %s means %s, wherever it comes, and all memory is given back", async (code, failure) => {
  for (const changes of [
    { heif_context_read_from_memory: () => ({ code }) },
    { heif_js_context_get_primary_image_handle: () => ({ code }) as unknown as Handle },
    { heif_js_decode_image2: refused(code) },
  ]) {
    const { lib, held } = aLibrary(changes);
    expect(await decode(lib, job)).toEqual({ failure });
    expect(held).toEqual([]);
  }
});

it("a file without an image, and an image without pixels, are broken", async () => {
  for (const changes of [
    { heif_js_context_get_primary_image_handle: () => undefined },
    { heif_js_decode_image2: async () => undefined },
  ]) {
    expect(await decode(aLibrary(changes).lib, job)).toEqual({ failure: "broken" });
  }
});
