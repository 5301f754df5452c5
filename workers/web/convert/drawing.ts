/** An SVG drawing as text, given a size in pixels: without one, browsers disagree how large it is. Pure. */

/** Pixels of the longer side: a drawing has no pixels of its own, and an icon would be drawn tiny. */
const longSide = 2_048;
/** More than this is a line, not an image. */
const maxRatio = 16;

export type Drawing = { text: string; width: number; height: number };

/** @returns null for a text that is no SVG. */
export function sizedDrawing(text: string): Drawing | null {
  // The root's tag; an attribute in quotes may contain `>`.
  const [tag, name, attributes] = /<(svg)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/.exec(withoutComments(text)) ?? [];
  if (tag === undefined || name === undefined || attributes === undefined) return null;
  const box = attribute(attributes, "viewBox")
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const isBox = box?.length === 4 && box.every(Number.isFinite);
  const given = { width: pixels(attribute(attributes, "width")), height: pixels(attribute(attributes, "height")) };
  const shape = sizeFrom(given, isBox ? { width: box[2] ?? 0, height: box[3] ?? 0 } : null);
  const scale = longSide / Math.max(shape.width, shape.height);
  const width = Math.max(1, Math.round(shape.width * scale));
  const height = Math.max(1, Math.round(shape.height * scale));
  // Whole numbers are not exactly in the ratio of the box, which would leave a transparent edge.
  const isFilled = !isBox || Math.abs((shape.width * (box[3] ?? 0)) / (shape.height * (box[2] ?? 0)) - 1) < 0.001;
  const isEmptyTag = attributes.endsWith("/");
  const kept = without(attributes.replace(/\/$/, ""), "(?:width|height)");
  const added = [
    `width="${width}" height="${height}"`,
    ...(isBox ? [] : [`viewBox="0 0 ${shape.width} ${shape.height}"`]),
    ...(isFilled ? ['preserveAspectRatio="none"'] : []),
    ...(attribute(attributes, "xmlns") === null ? ['xmlns="http://www.w3.org/2000/svg"'] : []),
  ].join(" ");
  const replaced = [...(isBox ? [] : ["viewBox"]), ...(isFilled ? ["preserveAspectRatio"] : [])];
  const plain = replaced.reduce((text, name) => without(text, name), kept);
  return { text: text.replace(tag, () => `<svg ${added}${plain}${isEmptyTag ? "/" : ""}>`), width, height };
}

type Size = { width: number; height: number };

/** Both sides, or one of them and the ratio of the box, or the box, or what browsers assume: 300 by 150. */
function sizeFrom(given: { width: number | null; height: number | null }, box: Size | null): Size {
  const isUsable = box !== null && box.width > 0 && box.height > 0;
  const assumed = isUsable ? box : { width: 300, height: 150 };
  const ratio = assumed.width / assumed.height;
  const { width, height } = given;
  if (width !== null && height !== null) return limited({ width, height });
  if (isUsable && width !== null) return limited({ width, height: width / ratio });
  if (isUsable && height !== null) return limited({ width: height * ratio, height });
  return limited({ width: width ?? assumed.width, height: height ?? assumed.height });
}

const limited = ({ width, height }: Size): Size => ({
  width: Math.max(width, height / maxRatio),
  height: Math.max(height, width / maxRatio),
});

const without = (attributes: string, name: string): string =>
  attributes.replace(new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`, "g"), "");

function attribute(attributes: string, name: string): string | null {
  const [, double, single] = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes) ?? [];
  return double ?? single ?? null;
}

/** CSS pixels of a unit (CSS Values 4, 6.2). */
const units: Record<string, number> = { "": 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, em: 16 };

/** @returns null for a percentage and what cannot be read. */
function pixels(value: string | null): number | null {
  const [, amount, unit = ""] = /^\s*\+?([\d.]+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(value ?? "") ?? [];
  const result = Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
  return Number.isFinite(result) && result > 0 ? result : null;
}

/** Comments become blanks of the same length. */
const withoutComments = (text: string): string =>
  text.replace(/<!--[\s\S]*?-->/g, (comment) => " ".repeat(comment.length));
