/**
 * One line of flags: `--prompt "a cat" --negative_prompt "dog" --width 1024 --height 768 --seed 5`. The names are those
 * of prompts_from_file.py in AUTOMATIC1111/stable-diffusion-webui (seen 2026-11), and the API's own. Pure.
 */
import { splitWords } from "./split-words.ts";

type FlagLine = { fields: Record<string, unknown>; ignored: string[]; faults: string[] };

/** Flags that say how Stable Diffusion draws or where it stores: the API has no place for them. */
const withoutPlace = new Set([
  ...["sd_model", "outpath_samples", "outpath_grids", "prompt_for_display", "styles", "subseed", "subseed_strength"],
  ...["seed_resize_from_h", "seed_resize_from_w", "sampler_index", "sampler_name", "steps", "cfg_scale"],
  ...["restore_faces", "tiling", "do_not_save_samples", "do_not_save_grid"],
]);
const texts = new Set([
  ...["prompt", "negative_prompt", "model", "ratio", "resolution", "size", "quality", "output_format", "custom_id"],
]);
const numbers = new Set(["seed", "width", "height", "batch_size", "n_iter", "n", "sample_strength"]);

/** @returns null for a line that is a prompt */
export function parseFlagLine(text: string): FlagLine | null {
  if (!/^--[a-z][a-z_]*(\s|=|$)/.test(text)) return null;
  const words = splitWords(text);
  if (words === null) return { fields: {}, ignored: [], faults: ["a quote is not closed"] };
  const read: FlagLine = { fields: {}, ignored: [], faults: [] };
  for (const { name, value } of pairsOf(words)) take(name, value, read);
  if (read.faults.length === 0) combine(read);
  return read;
}

/** Flags with their words: `--prompt a red cat` takes all three, as the script does. */
function pairsOf(words: string[]): { name: string; value: string | undefined }[] {
  const pairs: { name: string; words: string[] }[] = [];
  for (const word of words) {
    const [, name, value] = /^--([a-z][a-z_]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) pairs.at(-1)?.words.push(word);
    else pairs.push({ name, words: value === undefined ? [] : [value] });
  }
  return pairs.map(({ name, words: own }) => ({ name, value: own.length === 0 ? undefined : own.join(" ") }));
}

function take(name: string, value: string | undefined, { fields, ignored, faults }: FlagLine): void {
  if (withoutPlace.has(name)) ignored.push(name);
  else if (!texts.has(name) && !numbers.has(name)) faults.push(`--${name} is not known`);
  else if (value === undefined) faults.push(`--${name} needs a value`);
  else if (texts.has(name)) fields[name] = value;
  else if (value.trim() === "" || Number.isNaN(Number(value)))
    faults.push(`--${name} must be a number, not "${value}"`);
  else fields[name] = Number(value);
}

/** Width with height is a size; batches times their number is a count. */
function combine({ fields, faults }: FlagLine): void {
  const { width, height, batch_size, n_iter } = fields;
  for (const name of ["width", "height", "batch_size", "n_iter"]) delete fields[name];
  if ((width === undefined) !== (height === undefined)) faults.push("--width and --height belong together");
  if (width !== undefined && height !== undefined) fields.size ??= `${width}x${height}`;
  if (batch_size !== undefined || n_iter !== undefined) fields.n ??= Number(batch_size ?? 1) * Number(n_iter ?? 1);
}
