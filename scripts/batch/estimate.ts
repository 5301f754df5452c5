/** What requests should cost, by the prices that GET /v1/models tells. Pure. */
import type { BatchRequest } from "./requests.ts";
import type { PricedModel } from "./server.ts";

/** As in the API's documentation: the model and resolution of a request that names none. */
const defaultModel = "dreamina-4.5";
const defaultResolution = "2k";

/** `unpriced`: requests whose model or resolution has no known price. */
type Estimate = { credits: number; unpriced: number };

export function estimateOf(requests: BatchRequest[], models: PricedModel[]): Estimate {
  const byName = new Map(models.flatMap((model) => [model.id, ...(model.aliases ?? [])].map((name) => [name, model])));
  let [credits, unpriced] = [0, 0];
  for (const { body } of requests) {
    const cost = costOf(body, byName);
    if (cost === null) unpriced += 1;
    else credits += cost;
  }
  return { credits, unpriced };
}

function costOf(body: Record<string, unknown>, byName: Map<string, PricedModel>): number | null {
  const model = byName.get(String(body.model ?? defaultModel).trim());
  const images = Number(body.n ?? model?.default_count);
  const price = model?.credits_per_image?.[resolutionOf(body, model)];
  return price === undefined || !Number.isFinite(images) ? null : price * images;
}

/** The named resolution, else 2k or the best below it. A size is not looked up: the server takes the nearest. */
function resolutionOf({ resolution, size, quality }: Record<string, unknown>, model: PricedModel | undefined): string {
  if (resolution !== undefined) return String(resolution).trim().toLowerCase();
  if (size !== undefined || quality !== undefined) return "";
  const below = (model?.resolutions ?? []).filter(
    (one) => Number.parseFloat(one) <= Number.parseFloat(defaultResolution),
  );
  return below.toSorted((one, other) => Number.parseFloat(one) - Number.parseFloat(other)).at(-1) ?? defaultResolution;
}

/** The sentence for the person. */
export function estimateText({ credits, unpriced }: Estimate, total: number): string {
  if (unpriced === total) return "No price is known for these requests, so the credits cannot be estimated.";
  const rest = unpriced === 0 ? "" : ` ${unpriced} requests have no known price and are not counted.`;
  return `Estimated: ${Math.round(credits * 100) / 100} credits, by the last prices seen for a session; Dreamina decides.${rest}`;
}
