/** Days, times and sizes as the reader's language writes them. */
import { locale, messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";

export function dayOf(day: Date, today = new Date()): string {
  const w = messages(taskMessages);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return w.today;
  if (day.toDateString() === yesterday.toDateString()) return w.yesterday;
  const year = day.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long", year }).format(day);
}

export const timeOf = (at: number): string => new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(at);

export const momentOf = (at: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(at);

const megabyte = 1_000_000;

export const fileSize = (bytes: number): string =>
  new Intl.NumberFormat(locale(), { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(
    bytes / megabyte,
  );
