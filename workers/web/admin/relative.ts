/** How far a moment is from now, in the page's language. The API's moments are Unix seconds. */
import { adminMessages } from "#web/messages/admin.ts";
import { locale, messages } from "#web/messages/index.ts";

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** "2 minutes ago", "in 3 hours", "just now". */
export function relative(seconds: number, nowMs = Date.now()): string {
  const distance = seconds - Math.floor(nowMs / 1000);
  const unit = units.find(([, length]) => Math.abs(distance) >= length);
  if (unit === undefined) return messages(adminMessages).justNow;
  return new Intl.RelativeTimeFormat(locale()).format(Math.trunc(distance / unit[1]), unit[0]);
}
