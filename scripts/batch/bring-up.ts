/** Sends, cancels, retries or resumes the batches of a run, so that each is on its way. */
import { amountText } from "./estimate.ts";
import type { BatchFlags } from "./flags.ts";
import { Refusal } from "./http.ts";
import { firstPatienceMs } from "./limits.ts";
import { divide, type Size } from "./parts.ts";
import type { BatchRequest } from "./requests.ts";
import { retryBatch } from "./retry.ts";
import { GaveUp } from "./retrying.ts";
import type { BatchView, PricedModel, Server } from "./server.ts";
import { newParts, type Part, type State, saveState } from "./state.ts";
import { type RefusedLine, submitParts } from "./submit.ts";
import type { Surroundings } from "./surroundings.ts";

export type BringUp = {
  out: string;
  imageFolder: string;
  requests: BatchRequest[];
  sizes: Size[];
  state: State;
  flags: BatchFlags;
  around: Surroundings;
};

/** @returns refused requests */
export async function bringUp(
  server: Server,
  { out, imageFolder, requests, sizes, state, flags, around }: BringUp,
): Promise<RefusedLine[]> {
  const { world, whenStopped } = around;
  const sent = state.parts.filter(({ batchId }) => batchId !== null);
  if (sent.length === 0) await server.ping(firstPatienceMs);
  whenStopped(stoppedText(flags));
  const again: number[] = [];
  for (const part of sent) {
    const id = part.batchId ?? "";
    if (flags.cancel) await server.act(id, "cancel");
    else {
      const { batch } = await server.look(id);
      if (batch.status === "paused" && (await server.act(id, "resume"))) world.note(`${id} was paused; it goes on.`);
      if (flags.retryFailed) again.push(...(await retry(server, part, batch, { requests, note: world.note })));
    }
  }
  if (flags.cancel) return [];
  if (again.length > 0) state.parts = moved(state.parts, again, sizes);
  const save = () => saveState(out, state);
  const models = state.parts.some(({ batchId }) => batchId === null) ? await modelsOf(server) : [];
  return submitParts(world, server, {
    requests,
    parts: state.parts,
    folder: imageFolder,
    skipInvalid: flags.skipInvalid,
    save,
    amountOf: (some) => amountText(some, models, flags.credential),
  });
}

/** None when the server does not tell them: only the number of images is less exact then. */
async function modelsOf(server: Server): Promise<PricedModel[]> {
  try {
    return (await server.models(0)).data;
  } catch (error) {
    if (error instanceof GaveUp || error instanceof Refusal) return [];
    throw error;
  }
}

/** @returns the places of the requests that have to be sent as a new batch */
async function retry(
  server: Server,
  { places }: Part,
  batch: BatchView,
  { requests, note }: { requests: BatchRequest[]; note: (text: string) => void },
): Promise<number[]> {
  const placeOf = new Map(places.map((place) => [requests[place]?.customId ?? "", place]));
  const ids = await retryBatch(server, batch, { customIds: new Set(placeOf.keys()), note });
  return ids.flatMap((id) => placeOf.get(id) ?? []);
}

/** Takes the requests out of their parts and makes new parts of them. */
function moved(parts: Part[], places: number[], sizes: Size[]): Part[] {
  const again = new Set(places);
  const rest = parts.map((part) => ({ ...part, places: part.places.filter((place) => !again.has(place)) }));
  return [...rest.filter((part) => part.places.length > 0), ...newParts(divide(sizes, places))];
}

function stoppedText({ url }: BatchFlags): string {
  const where =
    url === null ? "Its server is stopped too, and remembers the rest." : "The server goes on with what was sent.";
  return `Stopped. ${where} Start again with the same arguments to go on; add --cancel to cancel the rest.`;
}
