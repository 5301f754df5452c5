import { locale } from "#web/messages/index.ts";

const bytesPerMegabyte = 1_000_000;

/** A size in megabytes, in the page's language. */
export const fileSize = (bytes: number): string =>
  new Intl.NumberFormat(locale(), { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(
    bytes / bytesPerMegabyte,
  );
