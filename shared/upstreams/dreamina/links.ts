/** Links to images in the upstream's records. Pure. */

/** Decodes `&`, which some answers encode twice: the link's signature covers the plain one. */
export const linkFrom = (text: string | null | undefined): string => (text ?? "").replace(/\\u0026|&amp;/gi, "&");

export const isLink = (url: string): boolean => /^https?:\/\//.test(url);

/** The wanted longer side of a small version, and the shortest and longest taken; in pixels. */
const small = { wanted: 480, min: 320, max: 1080 };

/**
 * The link to the scaled copy nearest to the wanted size.
 * @param links by the side of the square that the copy fits (`cover_url_map`: 360, 480, 720, 1080, 2400 and 4096 in a
 * traffic log of the Chinese site, 2026-01).
 * @returns null when none is of a useful size.
 */
export function smallLink(links: Record<string, string | null | undefined>): string | null {
  const offered = Object.entries(links)
    .map(([side, link]) => ({
      distance: Math.abs(Number(side) - small.wanted),
      side: Number(side),
      url: linkFrom(link),
    }))
    .filter(({ side, url }) => side >= small.min && side <= small.max && isLink(url))
    .sort((a, b) => a.distance - b.distance);
  return offered[0]?.url ?? null;
}
