/** Drafts fitted to the active sessions and keys, and the values that can be chosen. */
import { computed } from "@preact/signals";
import { type Draft, draft } from "./draft.ts";
import { models } from "./models.ts";
import { type Fitting, fitDraft } from "./offers.ts";
import { activePlaces } from "./sessions.ts";

export const fittedToActive = (given: Draft): Fitting => fitDraft(given, models.value, activePlaces.value);

/** That of the form. */
export const fitting = computed(() => fittedToActive(draft.value));
