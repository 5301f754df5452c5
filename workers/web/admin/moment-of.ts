/** Moments as the API sends them, in Unix seconds. */
import { locale } from "#web/messages/index.ts";

/** @returns for a moment later than a Date can hold, its last one: the page is shown whatever is stored. */
export const dateOf = (seconds: number): Date => new Date(Math.min(seconds * 1000, 8_640_000_000_000_000));

/** Date and time in the page's language and the administrator's time zone. */
export const momentOf = (seconds: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(dateOf(seconds));
