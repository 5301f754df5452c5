/** The geometry of the bar charts. Pure. */

/** A day of the chart; `parts` are stacked on each other from the ground up. */
export type ChartDay = { date: string; parts: readonly number[] };
export type Bar = { x: number; y: number; width: number; height: number; part: number };

/** The drawing is this high, and has as many units of width as days: CSS stretches it. */
export const chartHeight = 100;
/** Of a day's width. */
const barWidth = 0.72;

export const sumOf = ({ parts }: ChartDay): number => parts.reduce((sum, one) => sum + one, 0);

/** The bars of all days; a part of nothing has none. @param top the number at the upper edge */
export function barsOf(days: readonly ChartDay[], top: number): Bar[] {
  return days.flatMap((day, place) => {
    let ground = 0;
    return day.parts.flatMap((amount, part): Bar[] => {
      if (amount <= 0 || top <= 0) return [];
      const height = (amount / top) * chartHeight;
      const y = chartHeight - ((ground + amount) / top) * chartHeight;
      ground += amount;
      return [{ x: place + (1 - barWidth) / 2, y, width: barWidth, height, part }];
    });
  });
}

const roundSteps = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];

/** The number at the upper edge: round, even for the line in the middle, and not below the largest day. */
export function topOf(days: readonly ChartDay[]): number {
  const most = Math.max(0, ...days.map(sumOf));
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  const tops = roundSteps.map((step) => Math.round(step * power));
  return tops.find((top) => top % 2 === 0 && top >= most) ?? 10 * power;
}
