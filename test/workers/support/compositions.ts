/** Helpers for tests of reference images: images, hosts that serve them, the submit, and the content of the bucket. */
import { env } from "cloudflare:workers";
import { call, type Stage } from "./stage.ts";

export const compositionsPath = "/v1/images/compositions";

/** Bytes with the frame of a PNG: one chunk and its end, different for every seed. @param bytes at least 36. */
export function anImage(bytes = 1_000, seed = 1): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(bytes);
  for (let place = 0; place < bytes; place += 1) image[place] = (place * 31 + seed * 7 + (place >> 8)) & 255;
  image.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  new DataView(image.buffer).setUint32(8, bytes - 32);
  image.set(bytesOf("IDAT"), 12);
  image.set([0, 0, 0, 0, ...bytesOf("IEND"), 0xae, 0x42, 0x60, 0x82], bytes - 12);
  return image;
}

export function base64Of(bytes: Uint8Array): string {
  const latin: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    latin.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return btoa(latin.join(""));
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));

type Page = (request: { url: string; init: RequestInit }) => Response | Promise<Response>;

/** Serves these addresses beside the simulator. */
export function serve(stage: Stage, pages: Record<string, Page | Uint8Array<ArrayBuffer>>): void {
  stage.fetched.mockImplementation(async (input, init) => {
    const page = pages[String(input)];
    if (page === undefined) return stage.simulator.fetch(input as Request, init as RequestInit);
    return page instanceof Uint8Array ? new Response(page) : page({ url: String(input), init: init as RequestInit });
  });
}

/** The addresses outside the simulator that were fetched. */
export const addressesFetched = (stage: Stage): string[] => stage.fetched.mock.calls.map(([input]) => String(input));

export const composition = (changes: object = {}) => ({ prompt: "a lighthouse", resolution: "2k", ...changes });

export const sendJson = (stage: Stage, body: unknown, headers: Record<string, string> = {}, bindings: object = {}) =>
  call(
    compositionsPath,
    {
      method: "POST",
      headers: { authorization: `Bearer ${stage.session}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    },
    bindings,
  );

export const sendForm = (stage: Stage, form: FormData, headers: Record<string, string> = {}) =>
  call(compositionsPath, { method: "POST", headers: { authorization: stage.session, ...headers }, body: form });

export type ErrorBody = { error: { code: string; param: string | null; message: string } };

export async function stagedKeys(): Promise<string[]> {
  return (await env.INPUTS.list()).objects.map(({ key }) => key);
}

export async function stagedBytes(key: string): Promise<Uint8Array> {
  return new Uint8Array((await (await env.INPUTS.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));
}

/** A body with these pieces, one per read. */
export function streamOf(pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const left = pieces[Symbol.iterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = left.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
}
