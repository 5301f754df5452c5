/** What a run would do: the text of `--dry-run`. Asks the server for prices, and nothing else. */
import { estimateOf, estimateText } from "./estimate.ts";
import type { BatchFlags } from "./flags.ts";
import { Refusal } from "./http.ts";
import { maxShownPrompts } from "./limits.ts";
import { divide } from "./parts.ts";
import type { Prepared } from "./prepare.ts";
import type { BatchRequest } from "./requests.ts";
import { GaveUp } from "./retrying.ts";
import type { Server } from "./server.ts";

/** @param server null: the command would start one. */
export async function dryRunText(
  { requests, sizes }: Prepared,
  server: Server | null,
  { credential }: BatchFlags,
): Promise<string> {
  const count = requests.length.toLocaleString("en-US");
  const parts = divide(sizes);
  const batches = parts.length === 1 ? "one batch" : `${parts.length} batches`;
  const shown = requests.slice(0, maxShownPrompts).map(({ customId, prompt }) => `  ${customId}: ${shortened(prompt)}`);
  const rest = requests.length - shown.length;
  return [
    `${count} ${requests.length === 1 ? "request" : "requests"}, sent as ${batches}. Nothing was sent.`,
    ...shown,
    ...(rest > 0 ? [`  … and ${rest.toLocaleString("en-US")} more.`] : []),
    await creditsText(requests, server, credential),
  ].join("\n");
}

async function creditsText(requests: BatchRequest[], server: Server | null, credential: string): Promise<string> {
  if (credential.split(",").every((one) => one.trim().startsWith("ark-"))) {
    return "With keys, images cost money: GET /v1/models tells the prices.";
  }
  if (server === null) return "Without a server that runs, the credits cannot be estimated; --url names one.";
  try {
    const { data } = await server.models(0);
    return estimateText(estimateOf(requests, data), requests.length);
  } catch (error) {
    if (!(error instanceof GaveUp || error instanceof Refusal)) throw error;
    return `The credits cannot be estimated. ${error.message}`;
  }
}

const maxShownCharacters = 200;

function shortened(prompt: string): string {
  const line = prompt.replace(/[\s\p{Cc}]+/gu, " ");
  return line.length > maxShownCharacters ? `${line.slice(0, maxShownCharacters)}…` : line;
}
