/** The prompts of the form where each line is one; null: it holds one prompt. */
import { computed } from "@preact/signals";
import { draft, isMany } from "./draft.ts";
import { promptsIn } from "./prompt-list.ts";

export const promptList = computed(() => (isMany.value ? promptsIn(draft.value.prompt) : null));
