/** GET /v1/images/tasks/{id}/events: the poll's answers as server-sent events, one for each change. */

import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { authenticate } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { sse } from "#api/http/sse.ts";
import { eventStream } from "#api/http/text-stream.ts";
import { maxEventsMs, reconnectMs, tickMs } from "#api/limits.ts";
import { type Found, isTerminalRecord, requireTask } from "#api/tasks/find.ts";
import { followTask } from "#api/tasks/follow.ts";
import { openRequest } from "#api/tasks/kept-request.ts";
import { viewOf } from "#api/tasks/view.ts";
import { eventsHeaders, type TaskView, taskParams } from "#shared/wire/task.ts";

const route = createRoute({
  method: "get",
  path: "/v1/images/tasks/{id}/events",
  operationId: "streamTask",
  summary: "Watch a task",
  description:
    "Server-sent events: the task as it is, then once more for each change, with the poll's JSON as data. Comments in between, each one line without a blank line after it, show that the stream is alive. It ends after the event in which the task is completed or failed, or after ten minutes: connect again, with the last event's id in `Last-Event-ID`, and nothing is repeated.",
  tags: ["Images"],
  security: authorized,
  // A tool of an agent gets one answer: the poll is that.
  "x-mcp": false,
  middleware: authenticate,
  request: {
    params: taskParams,
    headers: eventsHeaders,
  },
  responses: {
    200: {
      description: "The stream.",
      content: {
        "text/event-stream": {
          schema: z.string().meta({
            description:
              "Events without a name; `id` counts the task's changes (the same again where only progress or places have moved), `data` is the task as JSON on one line.",
            example: 'id: 7\ndata: {"taskId":"imgtask_V1StGXR8_Z5jdHi6B-myT","status":"processing","progress":50}\n\n',
          }),
        },
      },
    },
    204: { description: "The task has ended, and its last event was received: nothing more will come." },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

export const events = createRouter().openapi(route, async (c) => {
  const found = await requireTask(c.env, c.req.valid("param").id, c.var.caller);
  const received = c.req.valid("header")["last-event-id"];
  if (isTerminalRecord(found.record) && received !== undefined && [eventId(found), ended].includes(received)) {
    return c.body(null, 204);
  }
  const until = Date.now() + maxEventsMs;
  const following = followTask(c.env, found, { tags: c.var.caller.readableTags, tickMs, until });
  const request = await openRequest(c, found.record);
  return eventStream(c, eventsOf(found, following, { received, show: (one) => ({ ...viewOf(c, one), ...request }) }));
});

type EventOptions = { received: string | undefined; show: (found: Found) => TaskView };

/**
 * An event where it says something new, the first with the time after which to reconnect; a comment where it does not.
 */
async function* eventsOf(
  first: Found,
  following: AsyncGenerator<Found, void>,
  { received, show }: EventOptions,
): AsyncGenerator<string, void> {
  const dataOf = (found: Found) => JSON.stringify(show(found));
  let shown = eventId(first) === received ? dataOf(first) : "";
  let retry: { retry?: number } = { retry: reconnectMs };
  const next = (found: Found) => {
    const data = dataOf(found);
    if (data === shown) return sse.comment("nothing new");
    shown = data;
    const event = sse.event({ ...retry, id: eventId(found), data });
    retry = {};
    return event;
  };
  // A record that is behind what this client has seen already would take it back: the coordinator will tell.
  const isBehind = received !== undefined && first.version === null && !isTerminalRecord(first.record);
  yield isBehind ? sse.comment("asking") : next(first);
  for await (const found of following) yield next(found);
}

/** Old tasks survive only as a KV record, which has no version. */
const ended = "ended";
const eventId = ({ record, version }: Found): string => String(version ?? (isTerminalRecord(record) ? ended : "0"));
