/** Whether the colours of a HEIC file are those of Display P3, as in photos of Apple's phones. Pure. */

/** Bytes at the start of a file that hold the properties of its images. */
const propertyBytes = 65_536;

/** By the name of its ICC profile, in letters of 8 or 16 bits, or by the number of its primaries (ITU-T H.273, table 2). */
export function isWideGamut(bytes: Uint8Array): boolean {
  const latin = new TextDecoder("latin1").decode(bytes.subarray(0, propertyBytes));
  return latin.includes("colrnclx\0\x0c") || latin.replaceAll("\0", "").includes("Display P3");
}
