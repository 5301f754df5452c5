/** Colours of Display P3 as those of sRGB. Not every browser does it for pixels from a decoder. Pure. */

/** Of linear values (SMPTE EG 432-1 and IEC 61966-2-1, both with the white of D65), row by row. */
const matrix = [1.22494, -0.22494, 0, -0.042057, 1.042057, 0, -0.019638, -0.078636, 1.098274] as const;

/** Both have the same curve. */
const linear = Float32Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
const steps = 16_383;
const curved = Uint8ClampedArray.from({ length: steps + 1 }, (_, step) => {
  const share = step / steps;
  return 255 * (share <= 0.0031308 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055);
});

const byteOf = (share: number): number => curved[Math.round(Math.min(1, Math.max(0, share)) * steps)] ?? 0;

/** Colours outside of sRGB are cut to its range in each channel. @param pixels red, green, blue, alpha; changed. */
export function convertDisplayP3(pixels: Uint8ClampedArray): void {
  const [rr, rg, , gr, gg, , br, bg, bb] = matrix;
  for (let at = 0; at < pixels.length; at += 4) {
    const red = linear[pixels[at] ?? 0] ?? 0;
    const green = linear[pixels[at + 1] ?? 0] ?? 0;
    const blue = linear[pixels[at + 2] ?? 0] ?? 0;
    pixels[at] = byteOf(rr * red + rg * green);
    pixels[at + 1] = byteOf(gr * red + gg * green);
    pixels[at + 2] = byteOf(br * red + bg * green + bb * blue);
  }
}
