/** Lays the examples beside the schemas of the document they belong to. Pure. */
import { adminExamples } from "./admin-examples.ts";
import { examples, type Shown } from "./examples.ts";

type Media = { example?: unknown; examples?: unknown };
type Content = { content?: Record<string, Media> };
type Parameter = { required?: boolean; example?: unknown; examples?: unknown; schema?: { example?: unknown } };
export type Operation = {
  operationId?: string;
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, unknown>;
};

const json = "application/json";
const stream = "text/event-stream";

/** Adds the examples to the operation, in place. */
export function showExamples(operation: Operation): void {
  for (const parameter of operation.parameters ?? []) offer(parameter as Parameter);
  const shown: Shown | undefined = { ...examples, ...adminExamples }[operation.operationId ?? ""];
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

/**
 * The reference fills its form with examples and sends them: a parameter that may be left out would not be left out.
 * `x-disabled` shows the example and does not send it (Scalar 1.72.1, workspace-store, is-param-disabled.js).
 */
function offer(parameter: Parameter): void {
  const { example = parameter.schema?.example, required } = parameter;
  if (required === true || example === undefined) return;
  parameter.examples = { example: { value: example, "x-disabled": true } };
  delete parameter.example;
  if (parameter.schema === undefined) return;
  const { example: _shown, ...schema } = parameter.schema;
  parameter.schema = schema;
}
