const dayMs = 86_400_000;

/** All days of the period, the server's only those on which something happened. Pure. @param today as `2026-11-29` */
export function filledDays<D extends { date: string }>(
  known: readonly D[],
  count: number,
  today: string,
  empty: Omit<D, "date">,
): (D | (Omit<D, "date"> & { date: string }))[] {
  const byDate = new Map(known.map((day) => [day.date, day]));
  const last = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, place) => {
    const date = new Date(last - (count - 1 - place) * dayMs).toISOString().slice(0, 10);
    return byDate.get(date) ?? { ...empty, date };
  });
}
