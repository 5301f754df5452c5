import { locale } from "#web/messages/index.ts";

/** "Nov 29": a day of UTC in the page's language. @param date as `2026-11-29` */
export const dayName = (date: string): string =>
  new Intl.DateTimeFormat(locale(), { month: "short", day: "numeric", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
