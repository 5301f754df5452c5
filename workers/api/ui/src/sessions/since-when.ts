/** How long ago a session was checked, in the page's language: "checked 2 minutes ago". */
import { locale, words } from "#api/ui/src/words/index.ts";
import { sessionWords } from "#api/ui/src/words/sessions.ts";

const steps = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

export function sinceWhen(at: number, now = Date.now()): string {
  const { checkedNow, checkedAt } = words(sessionWords);
  const step = steps.find(([, lengthMs]) => now - at >= lengthMs);
  if (step === undefined) return checkedNow;
  const [unit, lengthMs] = step;
  const ago = new Intl.RelativeTimeFormat(locale()).format(-Math.floor((now - at) / lengthMs), unit);
  return checkedAt(ago);
}
