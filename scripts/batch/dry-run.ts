/** What a run would do: the text of `--dry-run`. Asks the server for prices, and nothing else. */
import { amountText, estimateOf, estimateText, hasKeysOnly } from "./estimate.ts";
import type { BatchFlags } from "./flags.ts";
import { Refusal } from "./http.ts";
import { maxShownPrompts } from "./limits.ts";
import { divide } from "./parts.ts";
import type { Prepared } from "./prepare.ts";
import type { BatchRequest } from "./requests.ts";
import { GaveUp } from "./retrying.ts";
import type { PricedModel, Server } from "./server.ts";

/** @param server null: the command would start one. */
export async function dryRunText(
  { requests, sizes }: Prepared,
  server: Server | null,
  { credential }: BatchFlags,
): Promise<string> {
  const models = await modelsOf(server);
  const amount = amountText(requests, Array.isArray(models) ? models : [], credential);
  const parts = divide(sizes);
  const batches = parts.length === 1 ? "one batch" : `${parts.length} batches`;
  const shown = requests.slice(0, maxShownPrompts).map(({ customId, prompt }) => `  ${customId}: ${shortened(prompt)}`);
  const rest = requests.length - shown.length;
  return [
    `${amount}, in ${batches}. Nothing was sent.`,
    ...shown,
    ...(rest > 0 ? [`  … and ${rest.toLocaleString("en-US")} more.`] : []),
    creditsText(requests, models, credential),
    "The values of the fields are checked by the server only, when they are sent.",
  ].join("\n");
}

/** The models with their prices, or why they are not known. */
async function modelsOf(server: Server | null): Promise<PricedModel[] | string> {
  if (server === null) return "Without a server that runs, the credits cannot be estimated; --url names one.";
  try {
    return (await server.models(0)).data;
  } catch (error) {
    if (!(error instanceof GaveUp || error instanceof Refusal)) throw error;
    return `The credits cannot be estimated. ${error.message}`;
  }
}

function creditsText(requests: BatchRequest[], models: PricedModel[] | string, credential: string): string {
  if (hasKeysOnly(credential)) return "With keys, images cost money: GET /v1/models tells the prices.";
  if (typeof models === "string") return models;
  return estimateText(estimateOf(requests, models), requests.length);
}

const maxShownCharacters = 200;

function shortened(prompt: string): string {
  const line = prompt.replace(/[\s\p{Cc}]+/gu, " ");
  return line.length > maxShownCharacters ? `${line.slice(0, maxShownCharacters)}…` : line;
}
