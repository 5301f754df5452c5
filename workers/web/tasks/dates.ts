/** Days and times in the page's language and the user's time zone. */
import { locale, messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";

/** "Today", "Yesterday", or the date; with the year only when it is not the current one. */
export function dayOf(day: Date, today = new Date()): string {
  const t = messages(taskMessages);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return t.today;
  if (day.toDateString() === yesterday.toDateString()) return t.yesterday;
  const year = day.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return dateFormat({ weekday: "long", day: "numeric", month: "long", year }).format(day);
}

/** @param at milliseconds. */
export const timeOf = (at: number): string => dateFormat({ timeStyle: "short" }).format(at);

/** Date and time. @param at milliseconds. */
export const momentOf = (at: number): string => dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(at);

const dateFormat = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale(), options);
