/** @returns width / height of a ratio such as "16:9"; 1 for any other text. */
export function aspectOf(ratio: string): number {
  const [across = 0, down = 0] = ratio.split(":").map(Number);
  return across > 0 && down > 0 ? across / down : 1;
}
