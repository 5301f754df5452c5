/** Every known refusal of Ark; errors.ts looks codes up. Data only. */
import type { ArkRefusal } from "./known-refusal.ts";
import { accountRefusals } from "./refusals-of-account.ts";
import { contentRefusals } from "./refusals-of-content.ts";
import { requestRefusals } from "./refusals-of-request.ts";

export const knownArkRefusals: readonly ArkRefusal[] = [...accountRefusals, ...contentRefusals, ...requestRefusals];
