/** @returns the seconds of a Retry-After header; null for a date, a negative number or none. */
export function secondsIn(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? "");
  return retryAfter !== null && retryAfter.trim() !== "" && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
