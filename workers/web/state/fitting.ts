/** The draft fitted to the active sessions, and the values that can be chosen. */
import { computed } from "@preact/signals";
import { draft } from "./draft.ts";
import { models } from "./models.ts";
import { fitDraft } from "./offers.ts";
import { activeRegions } from "./sessions.ts";

export const fitting = computed(() => fitDraft(draft.value, models.value, activeRegions.value));
