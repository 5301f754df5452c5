// Draws an image that depends on its seed: a dithered gradient, some discs and a panel with the given lines of text.
// Deterministic. The drawing is small; the encoder stretches it.

import { createHash } from "node:crypto";
import { glyphSize, hasDot } from "./font.ts";
import { encodeJpeg } from "./jpeg.ts";
import type { Size } from "./models.ts";
import { type Dots, encodePng, type Rgb } from "./png.ts";

export type Drawing = {
  size: Size;
  /** Hex digits; the same seed draws the same image. */
  seed: string;
  lines: readonly string[];
  /** The longer side of the drawing, in dots; larger images are stretched from it. */
  maxSideDots: number;
  /** Stored in the file, see `encodePng` and `encodeJpeg`. */
  comment?: string;
  format?: "png" | "jpeg";
  /** A watermark in the upper right corner. */
  mark?: string;
  /** Makes the gradient transparent; PNG only. */
  isTransparent?: boolean;
};

const gradientSteps = 48;
const discColours = 4;
const discs = 7;
const black = gradientSteps + discColours;
const white = black + 1;

/** A JPEG has one colour for each block of this many pixels across. */
const jpegBlockPixels = 8;

export async function drawImage(drawing: Drawing): Promise<Uint8Array<ArrayBuffer>> {
  const { size, seed, lines, comment, format = "png", mark, isTransparent } = drawing;
  const longerSide = Math.max(size.width, size.height);
  const usefulDots = format === "jpeg" ? Math.ceil(longerSide / jpegBlockPixels) : longerSide;
  const shrink = Math.min(usefulDots, drawing.maxSideDots) / longerSide;
  const width = Math.max(1, Math.round(size.width * shrink));
  const height = Math.max(1, Math.round(size.height * shrink));
  const dots: Dots = { width, height, indexes: new Uint8Array(width * height) };
  const chance = chanceOf(seed);
  paintGradient(dots, chance);
  for (let disc = 0; disc < discs; disc += 1) paintDisc(dots, chance, gradientSteps + (disc % discColours));
  paintText(dots, lines);
  if (mark) paintMark(dots, mark);
  const file = { size, ...(comment && { comment }) };
  if (format === "jpeg") return encodeJpeg(dots, paletteOf(chance), file);
  return encodePng(dots, paletteOf(chance), { ...file, transparentColours: isTransparent ? gradientSteps : 0 });
}

/** Pseudo-random numbers from 0 to 1 (a linear congruential generator). */
function chanceOf(seed: string): () => number {
  let state = createHash("md5").update(seed).digest().readUInt32LE(0);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function paintGradient(dots: Dots, chance: () => number): void {
  const angle = chance() * Math.PI * 2;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const reach = (Math.abs(dx) * dots.width + Math.abs(dy) * dots.height) / 2;
  let at = 0;
  for (let y = 0; y < dots.height; y += 1) {
    for (let x = 0; x < dots.width; x += 1) {
      const along = (x - dots.width / 2) * dx + (y - dots.height / 2) * dy;
      const share = (along / reach + 1) / 2;
      // Dithering hides the steps and gives the file about the size of a real image.
      const step = Math.floor(share * (gradientSteps - 2) + chance());
      dots.indexes[at] = Math.max(0, Math.min(gradientSteps - 1, step));
      at += 1;
    }
  }
}

function paintDisc(dots: Dots, chance: () => number, colour: number): void {
  const maxRadius = Math.min(dots.width, dots.height) / 6;
  const radius = maxRadius * (0.3 + chance());
  const [cx, cy] = [chance() * dots.width, chance() * dots.height];
  const top = Math.max(0, Math.floor(cy - radius));
  const bottom = Math.min(dots.height - 1, cy + radius);
  for (let y = top; y <= bottom; y += 1) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (y - cy) ** 2));
    const from = Math.max(0, Math.round(cx - half));
    const to = Math.min(dots.width, Math.round(cx + half));
    if (to > from) dots.indexes.fill(colour, y * dots.width + from, y * dots.width + to);
  }
}

const maxTextRows = 12;
/** Dots between letters and between rows, at letter scale. */
const gap = 1;

function paintText(dots: Dots, lines: readonly string[]): void {
  const scale = Math.max(1, Math.floor(dots.width / 170));
  const advance = (glyphSize.width + gap) * scale;
  const rowHeight = (glyphSize.height + gap * 2) * scale;
  const margin = rowHeight;
  const columns = Math.floor((dots.width - margin * 2) / advance);
  const fittingRows = Math.floor((dots.height - margin * 2) / rowHeight);
  if (columns < 1 || fittingRows < 1) return;
  const rows = wrapped(lines, columns).slice(-Math.min(maxTextRows, fittingRows));
  const panelHeight = rows.length * rowHeight + margin;
  const top = dots.height - panelHeight;
  dots.indexes.fill(black, Math.max(0, top) * dots.width);
  rows.forEach((row, rowIndex) => {
    [...row].forEach((character, column) => {
      const x = margin + column * advance;
      const y = top + margin / 2 + rowIndex * rowHeight + gap * scale;
      paintGlyph(dots, character, { x, y: Math.round(y), scale });
    });
  });
}

/** White text on black; a black box alone when the text does not fit. */
function paintMark(dots: Dots, mark: string): void {
  const scale = Math.max(1, Math.floor(dots.width / 340));
  const advance = (glyphSize.width + gap) * scale;
  const margin = gap * 2 * scale;
  const width = Math.min(Math.ceil(dots.width / 3), [...mark].length * advance + margin);
  const height = Math.min(Math.ceil(dots.height / 4), glyphSize.height * scale + margin * 2);
  const left = dots.width - width;
  for (let y = 0; y < height; y += 1) dots.indexes.fill(black, y * dots.width + left, (y + 1) * dots.width);
  if ([...mark].length * advance + margin > width || glyphSize.height * scale + margin * 2 > height) return;
  [...mark].forEach((character, column) => {
    paintGlyph(dots, character, { x: left + margin + column * advance, y: margin, scale });
  });
}

function paintGlyph(dots: Dots, character: string, { x, y, scale }: { x: number; y: number; scale: number }): void {
  for (let down = 0; down < glyphSize.height * scale; down += 1) {
    for (let right = 0; right < glyphSize.width * scale; right += 1) {
      if (!hasDot(character, Math.floor(right / scale), Math.floor(down / scale))) continue;
      dots.indexes[(y + down) * dots.width + x + right] = white;
    }
  }
}

/** Cuts a long prompt, the first line, to the rows that the other lines leave. */
function wrapped(lines: readonly string[], columns: number): string[] {
  const [prompt = "", ...rest] = lines;
  const split = (line: string) => {
    const characters = [...line.replace(/\s+/g, " ")];
    const count = Math.ceil(characters.length / columns);
    return Array.from({ length: count }, (_, row) => characters.slice(row * columns, (row + 1) * columns).join(""));
  };
  const tail = rest.flatMap(split);
  return [...split(prompt).slice(0, maxTextRows - tail.length), ...tail];
}

function paletteOf(chance: () => number): Rgb[] {
  const from = pastel(chance);
  const to = pastel(chance);
  const gradient = Array.from({ length: gradientSteps }, (_, step): Rgb => {
    const share = step / (gradientSteps - 1);
    const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
    return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
  });
  const discs = Array.from({ length: discColours }, () => pastel(chance));
  return [...gradient, ...discs, [16, 16, 20], [250, 250, 250]];
}

function pastel(chance: () => number): Rgb {
  const channel = () => Math.round(40 + chance() * 200);
  return [channel(), channel(), channel()];
}
