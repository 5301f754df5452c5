/**
 * The cells of the fault matrix: one fault at one of the upstream's endpoints, once or three times, on one task that
 * calls it; and the rules that hold once the task has ended.
 */

import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";
import type { EndpointName } from "#test/simulator/endpoint-names.ts";
import type { FaultName } from "#test/simulator/faults.ts";
import type { JobState } from "#test/simulator/state.ts";
import { call, coordinators, type Stage, submitInit, tablesOf, type View } from "./stage.ts";

export type Cell = { endpoint: EndpointName; fault: FaultName; times: number };

/** Every fault of a call. A 429 has a Retry-After, see `playFaults`. */
const everyFault = [
  "500",
  "502-after",
  "429",
  "reset",
  "reset-after",
  "hang",
  "hang-after",
  "html",
  "broken-json",
  "empty",
  "missing-id",
  "unknown-status",
] as const satisfies readonly FaultName[];

type Choice = { without?: readonly FaultName[]; times?: readonly number[] };

/** One row of the matrix. @param without faults that do not apply to the endpoint. */
export const cellsOf = (endpoint: EndpointName, { without = [], times = [1, 3] }: Choice = {}): Cell[] =>
  everyFault
    .filter((fault) => !without.includes(fault))
    .flatMap((fault) => times.map((count) => ({ endpoint, fault, times: count })));

/** Whether the upstream did the work before the fault. */
export const isAfterTheWork = (fault: FaultName): boolean =>
  fault.endsWith("-after") || fault === "missing-id" || fault === "unknown-status";

/** Retry-After of every 429. */
const retryAfterSeconds = 77;
/** Longer than a turn of the event loop, and short enough for a test. */
const shortTimeoutMs = 5;

/** Makes timeouts of calls end at once. */
export function shortenTimeouts(): void {
  const after = Deadline.after.bind(Deadline);
  vi.spyOn(Deadline, "after").mockImplementation(() => after(shortTimeoutMs));
}

/**
 * Adds the fault. From now on a 429 has a Retry-After, and timeouts end at once.
 * @returns addresses that were called before their Retry-After had passed.
 */
export function playFaults(stage: Stage, { endpoint, fault, times }: Cell): { early: string[] } {
  stage.simulator.addFault({ endpoint, fault, times });
  shortenTimeouts();

  const early: string[] = [];
  const closedUntil = new Map<string, number>();
  stage.fetched.mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit);
    const { host, pathname, searchParams } = new URL(request.url);
    // Every upload has its own path; the wait applies to its host.
    const place = pathname.startsWith("/upload/") ? host : `${host}${pathname} ${searchParams.get("Action") ?? ""}`;
    if (Date.now() < (closedUntil.get(place) ?? 0)) early.push(place);
    const answer = await stage.simulator.fetch(request);
    if (answer.status !== 429) return answer;
    closedUntil.set(place, Date.now() + retryAfterSeconds * 1000);
    return new Response(answer.body, { status: 429, headers: { "retry-after": String(retryAfterSeconds) } });
  });
  return { early };
}

/** A PNG of one pixel; the number makes its bytes unique. */
function anImage(number: number): Uint8Array<ArrayBuffer> {
  const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  return Uint8Array.from(atob(onePixel) + String.fromCharCode(number), (letter) => letter.charCodeAt(0));
}

export const generation = (stage: Stage, n: number, prompt = "a lighthouse"): Promise<string> =>
  stage.task({ n, prompt });

/** A task whose job starts from this many reference images, each different. */
export async function composition(session: string, count: number): Promise<string> {
  const images = Array.from({ length: count }, (_, place) => anImage(place + 1));
  const body = {
    prompt: "make it night",
    resolution: "1k",
    n: 1,
    images: images.map((bytes) => `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`),
  };
  const answer = await call("/v1/images/compositions", submitInit(session, body));
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

const maxMoves = 3_000;

/** Like `stage.end`, for lasting faults, unwatched: the caller polls only once the task has ended. */
export async function endUnwatched(stage: Stage, id: string, session = stage.session): Promise<View> {
  for (let moves = 0; moves < maxMoves; moves += 1) {
    const record = await env.TASKS.get<{ endedAt: number | null }>(`task:${id}`, "json");
    if (record?.endedAt != null) return stage.view(id, session);
    if (!(await stage.move())) throw new Error(`nothing is under way for ${id}`);
  }
  throw new Error(`${id} did not end in ${maxMoves} moves`);
}

/** Every requested image is stored and paid for once, and no work is left. */
export async function expectDelivered(stage: Stage, id: string, view: View, images: number): Promise<JobState> {
  expect(view).toMatchObject({ status: "completed", partial: false });
  expect(view.images).toHaveLength(images);
  await expectOwnImages(stage, view);
  await expectNothingLeft(stage, id, view);
  const jobs = stage.jobs();
  expect(jobs).toMatchObject([{ submitId: view.submit_id, charged: images, refunded: 0, images: images }]);
  return jobs[0] as JobState;
}

/** Each image, fetched like a caller does, has the bytes that the upstream drew. */
export async function expectOwnImages(stage: Stage, view: View): Promise<void> {
  const links = stage.fetched.mock.calls
    .map(([input]) => (input as Request).url)
    .filter((url) => url.includes("-aigc_resize:0:0."));
  const seen = new Set<string>();
  for (const address of view.images ?? []) {
    const { pathname } = new URL(address);
    const key = pathname.slice("/images/".length).replace(/\.\w+$/, "");
    const source = (await env.IMAGES.head(key))?.customMetadata?.source ?? "no source";
    const link = links.findLast((url) => url.includes(source));
    const drawn = await digestOf(await stage.simulator.fetch(link ?? ""));
    expect(await digestOf(await call(pathname))).toBe(drawn);
    seen.add(drawn);
  }
  expect(seen.size).toBe(view.images?.length);
}

async function digestOf(image: Response): Promise<string> {
  expect(image.status).toBe(200);
  return hexOf(await crypto.subtle.digest("SHA-256", await image.arrayBuffer()));
}

const hexOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Late messages change nothing, the upstream is not called again, and no work or input is left. */
export async function expectNothingLeft(stage: Stage, id: string, view: View): Promise<void> {
  const { calls } = stage.simulator.state();
  for (let at = stage.queue.nextAt(); at !== null; at = stage.queue.nextAt()) {
    vi.setSystemTime(Math.max(Date.now(), at));
    await stage.queue.deliver();
  }
  expect(stage.simulator.state().calls).toMatchObject(withoutImages(calls));
  expect((await env.INPUTS.list()).objects).toEqual([]);
  for (const coordinator of coordinators()) {
    expect(await tablesOf(coordinator)).toMatchObject({ outbox: [] });
  }
  expect(await env.TASKS.get(`task:${id}`, "json")).toMatchObject({ status: view.status, partial: view.partial });
}

/** Without the images, which the test itself fetches. */
const withoutImages = ({ image: _, ...calls }: Record<string, number>) => calls;

/** The job starts from the caller's images, in the caller's order. */
export async function expectInputs(job: JobState, images: number): Promise<void> {
  const given: string[] = [];
  for (let number = 1; number <= images; number += 1) {
    given.push(hexOf(await crypto.subtle.digest("SHA-256", anImage(number))));
  }
  expect(job.inputs.map(({ sha256 }) => sha256)).toEqual(given);
}
