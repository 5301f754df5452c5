/** Sends the parts that the server does not have. The state is on the disk before and after each. */
import { withImages } from "./local-images.ts";
import type { BatchRequest } from "./requests.ts";
import type { InvalidRequest, Server } from "./server.ts";
import type { Part, Skipped } from "./state.ts";
import type { World } from "./world.ts";

type Submit = {
  requests: BatchRequest[];
  parts: Part[];
  /** Folder of the reference images that are files. */
  folder: string;
  skipInvalid: boolean;
  save: () => void;
  /** How much the requests are, for the person. */
  amountOf: (requests: BatchRequest[]) => string;
};

/** A request that the server refused, with its line of the input. */
export type RefusedLine = { line: number; customId: string; message: string };

/** @returns the refused requests of the first part that has any; it and the parts after it are not sent then. */
export async function submitParts(world: World, server: Server, run: Submit): Promise<RefusedLine[]> {
  const { requests, parts, folder, skipInvalid, save, amountOf } = run;
  save();
  for (const [index, part] of parts.entries()) {
    if (part.batchId !== null) continue;
    const own = part.places.flatMap((place) => requests[place] ?? []);
    const lines = own.map((request) => JSON.stringify(withImages(request, folder))).join("\n");
    const made = await server.create(part.key, `${lines}\n`, skipInvalid);
    if ("invalid" in made) return made.invalid.map((invalid) => refusedLine(own, invalid));
    part.batchId = made.id;
    part.skipped = (made.invalid_requests ?? []).flatMap((invalid) => skippedOf(part, invalid));
    save();
    const credits = made.estimated_credits === undefined ? "" : `, about ${made.estimated_credits} credits`;
    const number = parts.length === 1 ? "" : ` (${index + 1} of ${parts.length})`;
    const skipped = new Set(part.skipped.map(({ place }) => requests[place]));
    const taken = own.filter((request) => !skipped.has(request));
    world.note(`Sent ${amountOf(taken)}, as ${made.id}${number}${credits}.`);
  }
  return [];
}

function skippedOf({ places }: Part, { line, message }: InvalidRequest): Skipped[] {
  const place = places[line - 1];
  return place === undefined ? [] : [{ place, message }];
}

function refusedLine(own: BatchRequest[], { line, custom_id, message, param }: InvalidRequest): RefusedLine {
  const request = own[line - 1];
  const named = param && !message.includes(param) ? `${param}: ${message}` : message;
  return { line: request?.line ?? line, customId: request?.customId ?? custom_id ?? "", message: named };
}
