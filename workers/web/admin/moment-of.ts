import { locale } from "#web/messages/index.ts";

/** Date and time in the page's language and the administrator's time zone. @param seconds as the API sends it */
export const momentOf = (seconds: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(seconds * 1000);
