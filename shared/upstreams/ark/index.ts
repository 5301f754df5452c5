/** The public part of the Ark client: outside this folder, only this file is imported. */
export { createArk } from "./client.ts";
export { arkClient } from "./connect.ts";
export { consoleOfKey, formatKey, maskKey, parseKey, readKey } from "./key.ts";
export type { Price } from "./models.ts";
export { type DescribedModel, describedModels, keyModels, keyOffer } from "./offer.ts";
export { knownArkRefusals } from "./refusals.ts";
