import { locale } from "#web/messages/index.ts";

const bytesPerMegabyte = 1_000_000;

/** A size in megabytes, in the page's language; a small one with two digits that say something. */
export const fileSize = (bytes: number): string =>
  new Intl.NumberFormat(locale(), { style: "unit", unit: "megabyte", ...digitsOf(bytes) }).format(
    bytes / bytesPerMegabyte,
  );

const digitsOf = (bytes: number): Intl.NumberFormatOptions =>
  bytes < bytesPerMegabyte ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 1 };
