/** The part of libheif that is used here, as its package compiles it (libheif-js 1.23.2). */

/** Results of a call have a code, images and handles have none. */
type Outcome = { code?: unknown };
export type Handle = Outcome & { readonly handle: unique symbol };
export type Channel = { data: Uint8Array<ArrayBuffer>; stride: number; width: number; height: number };
export type DecodedImage = Outcome & { image: unknown; channels: Channel[] };

export type LibHeif = {
  heif_error_code: Record<
    | "heif_error_Ok"
    | "heif_error_Unsupported_filetype"
    | "heif_error_Unsupported_feature"
    | "heif_error_Plugin_loading_error"
    | "heif_error_Memory_allocation_error",
    unknown
  >;
  heif_colorspace: { heif_colorspace_RGB: unknown };
  heif_chroma: { heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc: () => unknown;
  heif_context_free: (context: unknown) => void;
  heif_context_read_from_memory: (context: unknown, bytes: Uint8Array) => Outcome;
  heif_js_context_get_primary_image_handle: (context: unknown) => Handle | undefined;
  heif_image_handle_get_width: (handle: Handle) => number;
  heif_image_handle_get_height: (handle: Handle) => number;
  heif_image_handle_release: (handle: Handle) => void;
  heif_js_decode_image2: (handle: Handle, colorspace: unknown, chroma: unknown) => Promise<DecodedImage | undefined>;
  heif_image_release: (image: unknown) => void;
};
