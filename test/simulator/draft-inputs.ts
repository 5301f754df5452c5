// The reference images of a blend draft, in order. Two forms for several images were seen to work: an ability with a
// placeholder for each image, or one ability with all of them. Pure.

import type { Blend } from "./draft-shape.ts";
import type { Outcome } from "./shape.ts";

export function inputUrisOf({ ability_list, prompt_placeholder_info_list }: Blend): Outcome<string[]> {
  const refuse = (problem: string): Outcome<string[]> => ({ ok: false, problem });
  for (const { image_uri_list, image_list } of ability_list) {
    const uris = image_uri_list.join();
    const named = (name: "image_uri" | "uri") => image_list.map((image) => image[name]).join();
    if (named("image_uri") !== uris || named("uri") !== uris)
      return refuse("image_list and image_uri_list name different images");
  }
  if (ability_list.length > 1 && ability_list.some(({ image_uri_list }) => image_uri_list.length > 1))
    return refuse("ability_list has several entries, and one of them several images");

  const placeholders = prompt_placeholder_info_list.map(({ ability_index }) => ability_index);
  const wanted = ability_list.map((_, index) => index);
  if (placeholders.join() !== wanted.join())
    return refuse(`prompt_placeholder_info_list is not one for each ability: ability_index ${wanted.join()}`);
  return { ok: true, value: ability_list.flatMap(({ image_uri_list }) => image_uri_list) };
}
