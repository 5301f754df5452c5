/** How long ago a session was checked, in the page's language: "checked 2 minutes ago". */
import { locale, messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";

const steps = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

export function sinceWhen(at: number, now = Date.now()): string {
  const { checkedNow, checkedAt } = messages(sessionMessages);
  const step = steps.find(([, lengthMs]) => now - at >= lengthMs);
  if (step === undefined) return checkedNow;
  const [unit, lengthMs] = step;
  const ago = new Intl.RelativeTimeFormat(locale()).format(-Math.floor((now - at) / lengthMs), unit);
  return checkedAt(ago);
}
