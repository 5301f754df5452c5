/** Answers whose body is made while it is read, and no faster: texts in pieces, and server-sent events. */
import type { Context } from "hono";
import { log } from "#shared/log.ts";

/**
 * A body of these texts. When their making fails, it breaks off: that is how its reader learns that it is not whole.
 */
export function textStream(pieces: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        log("error", "answer_broken_off", { error });
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return();
    },
  });
}

/** Server-sent events (WHATWG HTML, section 9.2). */
export function eventStream(c: Context, events: AsyncGenerator<string, void>): Response {
  c.header("Content-Type", "text/event-stream; charset=utf-8");
  // no-transform: a proxy that compresses the answer would collect it first.
  c.header("Cache-Control", "no-store, no-transform");
  // Asks nginx and its like not to collect the answer before passing it on.
  c.header("X-Accel-Buffering", "no");
  return c.body(textStream(events), 200);
}
