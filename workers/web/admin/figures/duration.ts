import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";

/** "45 s", "3 min", "2 h": rounded down. */
export function durationOf(seconds: number): string {
  const { duration } = messages(adminWatchMessages);
  if (seconds < 60) return duration.seconds(seconds);
  return seconds < 3600 ? duration.minutes(Math.floor(seconds / 60)) : duration.hours(Math.floor(seconds / 3600));
}
