// Faulty response bodies: truncated or stalled after half of the announced length, gzipped although the request did not
// accept it, or with another content type.

export function truncated(response: Response): Promise<Response> {
  return halfOf(response, (controller) => controller.error(new Error("simulated: the connection broke off")));
}

/** The second half never comes; the body ends when the request is aborted. */
export function stalled(response: Response, signal: AbortSignal): Promise<Response> {
  return halfOf(
    response,
    (controller) =>
      new Promise<void>((resolve) => {
        const giveUp = () => {
          controller.error(signal.reason);
          resolve();
        };
        if (signal.aborted) giveUp();
        signal.addEventListener("abort", giveUp);
      }),
  );
}

/** `content-length` is that of the gzipped body. */
export async function gzipped(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const packed = await new Response(response.body.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  const headers = new Headers(response.headers);
  headers.set("content-encoding", "gzip");
  headers.set("content-length", String(packed.byteLength));
  return new Response(packed, { status: response.status, headers });
}

/** @param type null removes the content type. */
export function retyped(response: Response, type: string | null): Response {
  const headers = new Headers(response.headers);
  if (type === null) headers.delete("content-type");
  else headers.set("content-type", type);
  return new Response(response.body, { status: response.status, headers });
}

async function halfOf(
  response: Response,
  end: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>,
): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set("content-length", String(whole.byteLength));
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) return end(controller);
      isSent = true;
      controller.enqueue(whole.subarray(0, Math.floor(whole.byteLength / 2)));
    },
  });
  return new Response(body, { status: response.status, headers });
}
