/**
 * The version strings an ordinary client of today sends. They drift every month; this is the one place.
 * draftVersion 3.3.28 and the rest: newest clients of both sites, 2026-10. An old appVersion is refused with 3018.
 */
export const draftVersion = "3.3.28";
export const webVersion = "7.5.0";
export const appVersion = "8.4.0";
export const appSdkVersion = "48.0.0";
/** Header Pf: the web platform. */
export const platform = "7";

export const userAgent =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
export const clientHints = {
  "sec-ch-ua": '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Windows"',
};
