/**
 * The names that the API has a meaning for: its own fields, and those of other APIs that it takes for them. A test
 * compares them with the API's own tables. Pure.
 */

/** What a name stands for, where the command itself has to know. */
export const names = {
  count: [
    ...["n", "num_images", "number_of_images", "sample_count", "num_outputs", "num_images_per_prompt"],
    ...["images_per_prompt", "max_images", "number_results", "num_samples", "samples", "n_variants", "quantity"],
    ...["count", "num", "image_num", "image_count", "batch_size"],
  ],
  rounds: ["n_iter", "batch_count"],
  image: [
    ...["image", "images", "image_url", "image_urls", "img_url", "img_urls", "image_input", "image_inputs"],
    ...["image_list", "subject_image_list", "input_image", "input_images", "input_urls", "reference_image"],
    ...["reference_images", "reference_image_url", "reference_image_urls", "ref_image", "ref_images", "ref_img"],
    ...["ref_images_url", "image_ref", "character_ref", "style_ref", "modify_image_ref", "init_image", "init_images"],
    ...["init_image_id", "seed_image", "source_image", "source_images", "source_url", "base_image", "base_image_url"],
    ...["image_prompt", "image_prompts", "image_file", "image_base64", "image_b64", "subject_reference", "file_path"],
    ...["file_paths", "file_url", "file_urls", "files_url", "urls", "base64_array", "binary_data_base64"],
  ],
  other: [
    ...["custom_id", "prompt", "model", "ratio", "resolution", "negative_prompt", "sample_strength"],
    ...["intelligent_ratio", "seed", "size", "quality", "response_format", "stream", "output_format", "background"],
    ...["resend_refused", "watermark", "partial_images", "webhook"],
    ...["aspect_ratio", "aspect", "ar", "image_ratio", "image_aspect_ratio", "image_resolution", "resolution_type"],
    ...["image_size", "width", "image_width", "height", "image_height", "negative", "n_prompt"],
    ...["mask", "mask_image", "mask_url", "mask_image_url", "image_mask"],
    ...["image_config", "generation_config", "parameters", "input", "extra_body"],
    ...["sequential_image_generation_options", "sequential_image_generation", "force_single"],
  ],
};

const all = Object.values(names).flat();
/** Case, underscores, hyphens and blanks do not count: `aspectRatio` is `aspect_ratio`. */
export const keyOf = (name: string): string => name.toLowerCase().replace(/[_\s-]/g, "");
const keys = new Set(all.map(keyOf));
const imageKeys = new Set(names.image.map(keyOf));
/** `images[2]`, `input_image_2`. */
const numbering = /(\[\d*\]|_?\d{1,2})$/;

export const isKnownName = (name: string): boolean =>
  keys.has(keyOf(name)) || imageKeys.has(keyOf(name.replace(numbering, "")));

/** A header's name as the API writes it, where only case and blanks differ. */
export function columnName(text: string): string {
  const name = text.trim();
  const lower = name.toLowerCase();
  return all.includes(lower) ? lower : name;
}

/** The known name that a wrong one was probably meant to be; null when none is near. */
export function nearestName(wrong: string): string | null {
  const near = all
    .map((name) => ({ name, distance: distanceOf(keyOf(wrong), keyOf(name)) }))
    .filter(({ name, distance }) => distance <= (keyOf(name).length < 5 ? 1 : 2));
  return near.toSorted((one, other) => one.distance - other.distance)[0]?.name ?? null;
}

/** Letters to add, drop, change, or swap with the next (optimal string alignment). */
function distanceOf(one: string, other: string): number {
  let [earlier, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const ways = [(row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1)];
      next.push(Math.min(...ways, ...(isSwap ? [(earlier[j - 2] ?? 0) + 1] : [])));
    }
    [earlier, row] = [row, next];
  }
  return row[other.length] ?? 0;
}

/** Names the fields of the rows that the API would ignore; empty when there are none. */
export function ignoredNotes(rows: Record<string, unknown>[]): string[] {
  const counts = new Map<string, number>();
  for (const name of rows.flatMap((fields) => Object.keys(fields))) {
    if (!isKnownName(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const shown = [...counts].map(([name, count]) => {
    const near = nearestName(name);
    const hint = near === null ? "" : `; did you mean ${near}?`;
    return `${name} (${count.toLocaleString("en-US")} ${count === 1 ? "row" : "rows"}${hint})`;
  });
  return [`Ignored, because the API has nothing like it: ${shown.join(", ")}.`];
}
