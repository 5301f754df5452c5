/** How many images requests make and what they should cost, by what GET /v1/models tells. Pure. */
import { counted } from "./counted.ts";
import { keyOf, names } from "./input/field-names.ts";
import type { BatchRequest } from "./requests.ts";
import type { PricedModel } from "./server.ts";

/** As in the API's documentation: the model and resolution of a request that names none. */
export const defaultModel = "dreamina-4.5";
const defaultResolution = "2k";

/** `unpriced`: requests whose model or resolution has no known price. */
type Estimate = { credits: number; unpriced: number };

const byNameOf = (models: PricedModel[]) =>
  new Map(models.flatMap((model) => [model.id, ...(model.aliases ?? [])].map((name) => [name, model])));

/** With keys alone, a request makes one image where it names no number. */
export const hasKeysOnly = (credential: string): boolean =>
  credential.split(",").every((one) => one.trim().startsWith("ark-"));

/** "6 requests, 24 images", or "at least 6 images" where the number of some is not known. */
export function amountText(requests: BatchRequest[], models: PricedModel[], credential: string): string {
  const byName = byNameOf(models);
  const counts = requests.map(({ body }) =>
    hasKeysOnly(credential) ? (namedCount(body) ?? 1) : countOf(body, modelOf(body, byName)),
  );
  const isKnown = counts.every((count) => Number.isFinite(count));
  const sum = counts.reduce((total, count) => total + (Number.isFinite(count) ? count : 1), 0);
  return `${counted(requests.length, "request")}, ${isKnown ? "" : "at least "}${counted(sum, "image")}`;
}

export function estimateOf(requests: BatchRequest[], models: PricedModel[]): Estimate {
  const byName = byNameOf(models);
  let [credits, unpriced] = [0, 0];
  for (const { body } of requests) {
    const cost = costOf(body, byName);
    if (cost === null) unpriced += 1;
    else credits += cost;
  }
  return { credits, unpriced };
}

function costOf(body: Record<string, unknown>, byName: Map<string, PricedModel>): number | null {
  const model = modelOf(body, byName);
  const images = countOf(body, model);
  const price = model?.credits_per_image?.[resolutionOf(body, model)];
  return price === undefined || !Number.isFinite(images) ? null : price * images;
}

const modelOf = ({ model }: Record<string, unknown>, byName: Map<string, PricedModel>): PricedModel | undefined =>
  byName.get(String(model ?? defaultModel).trim());

/** NaN when it is not known. */
const countOf = (body: Record<string, unknown>, model: PricedModel | undefined): number =>
  namedCount(body) ?? Number(model?.default_count);

const countKeys = new Set(names.count.map(keyOf));
const roundsKeys = new Set(names.rounds.map(keyOf));

/** The number that a body names under any of its names; as Stable Diffusion does, batches times their size. */
function namedCount(body: Record<string, unknown>): number | undefined {
  const find = (keys: Set<string>) =>
    Object.entries(body).find(([name, value]) => keys.has(keyOf(name)) && value !== null && value !== "")?.[1];
  const [count, rounds] = [find(countKeys), find(roundsKeys)];
  return count === undefined && rounds === undefined ? undefined : Number(count ?? 1) * Number(rounds ?? 1);
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
  const rest =
    unpriced === 0
      ? ""
      : ` ${counted(unpriced, "request")} ${unpriced === 1 ? "has no known price and is" : "have no known price and are"} not counted.`;
  return `Estimated: ${counted(Math.round(credits * 100) / 100, "credit")}, by the last prices seen for a session; Dreamina decides.${rest}`;
}
