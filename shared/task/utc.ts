/** Days and months of UTC. Moments are Unix milliseconds. Pure. */
export const utc = {
  /** `2026-11-29`. */
  dayOf: (moment: number): string => new Date(moment).toISOString().slice(0, "2026-11-29".length),

  /** `2026-11-29T12:00:00Z`, for people; a part of a second is named where there is one. */
  textOf: (moment: number): string => new Date(moment).toISOString().replace(".000Z", "Z"),

  /** `2026-11-01`, the first of its month. */
  firstOfMonth: (moment: number): string => `${new Date(moment).toISOString().slice(0, "2026-11".length)}-01`,

  nextDayAt(moment: number): number {
    const date = new Date(moment);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
  },

  nextMonthAt(moment: number): number {
    const date = new Date(moment);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  },
};
