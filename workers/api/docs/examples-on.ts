/** Lays the examples beside the schemas of the document they belong to. Pure. */
import { examples, type Shown } from "./examples.ts";

type Media = { example?: unknown; examples?: unknown };
type Content = { content?: Record<string, Media> };
export type Operation = { operationId?: string; requestBody?: unknown; responses?: Record<string, unknown> };

const json = "application/json";
const stream = "text/event-stream";

/** Changes the operation: the document is made anew for each request. */
export function showExamples(operation: Operation): void {
  const shown: Shown | undefined = examples[operation.operationId ?? ""];
  if (shown === undefined) return;
  put(operation.requestBody, json, shown.request);
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    put(answer, json, shown.answers[Number(status)]);
    const text = shown.streams?.[Number(status)];
    put(answer, stream, text === undefined ? undefined : { example: { value: text } });
  }
}

function put(place: unknown, type: string, named: object | undefined): void {
  const media = (place as Content | undefined)?.content?.[type];
  if (media !== undefined && named !== undefined) media.examples = named;
}
