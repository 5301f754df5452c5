/** Checks every request of a batch, as a single one is checked, and collects all faults. Nothing is fetched or stored. */
import { validationError } from "#api/http/error-response.ts";
import { InvalidRequestsError } from "#api/http/invalid-requests.ts";
import { checkRequest } from "#api/request/check-request.ts";
import { refuseImages, refuseOtherImages, takeImages } from "#api/request/image-fields.ts";
import { type Resolved, resolveRequest } from "#api/request/image-request.ts";
import { type InputSource, sourcesOf } from "#api/request/inputs/input-source.ts";
import { refuseMask } from "#api/request/mask.ts";
import { keptOf } from "#api/tasks/kept-request.ts";
import { AppError } from "#shared/errors.ts";
import type { Credential, UpstreamConfig } from "#shared/upstreams/index.ts";
import { customIdSchema, type InvalidRequest } from "#shared/wire/batch.ts";
import type { Kept } from "#shared/wire/kept-request.ts";
import type { BatchFields } from "./read-lines.ts";

/** One request that can be taken. */
export type CheckedLine = Pick<Resolved, "request" | "able" | "estimatedCredits" | "maxInputBytes"> & {
  line: number;
  customId: string;
  inputs: InputSource[];
  kept: Kept;
  resendsRefused: boolean;
};

type Context = {
  credentials: readonly Credential[];
  allowedModels?: readonly string[] | null;
  upstreamConfig: UpstreamConfig;
  randomSeed: () => number;
};

type CheckedLines = { checked: CheckedLine[]; invalid: InvalidRequest[] };

/** @throws whatever is no fault of a request. */
export function checkLines({ lines, counting }: BatchFields, context: Context): CheckedLines {
  const checked: CheckedLine[] = [];
  const invalid: InvalidRequest[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, value, fault } of lines) {
    const named = isObject(value) ? value.custom_id : undefined;
    try {
      const customId = customIdOf(named, line);
      const earlier = lineOf.get(customId);
      if (earlier !== undefined) {
        throw new AppError(
          "invalid_value",
          `custom_id is that of line ${earlier}, too; each must be unique.`,
          "custom_id",
        );
      }
      lineOf.set(customId, line);
      if (fault !== undefined) throw fault;
      checked.push({ line, customId, ...checkLine(value, { ...context, counting }) });
    } catch (error) {
      invalid.push(faultAt(error, line, nameOf(value, line)));
    }
  }
  return { checked, invalid };
}

type Refusing = {
  /** Whether to start without the requests that are at fault. */
  skipsInvalid: boolean;
};

/** @throws InvalidRequestsError when a request is at fault, unless it is to be left out and others remain. */
export function refuse(invalid: InvalidRequest[], total: number, { skipsInvalid }: Refusing): void {
  if (invalid.length === 0 || (skipsInvalid && invalid.length < total)) return;
  throw new InvalidRequestsError(
    invalid.toSorted((one, other) => one.line - other.line),
    total,
  );
}

/** @throws an error that is no AppError. */
export function faultAt(error: unknown, line: number, customId: string | null): InvalidRequest {
  if (!(error instanceof AppError)) throw error;
  const { code, message, param } = error;
  return { line, custom_id: customId, param, code, message };
}

/** The name of a request, as results would have it; null for one without a valid one. */
function nameOf(value: unknown, line: number): string | null {
  if (!isObject(value)) return null;
  const named = value.custom_id ?? defaultName(line);
  return typeof named === "string" ? named : null;
}

const defaultName = (line: number): string => `request-${line}`;

function customIdOf(named: unknown, line: number): string {
  if (named === undefined || named === null) return defaultName(line);
  const read = customIdSchema.safeParse(named);
  if (read.success) return read.data;
  const { message } = validationError(read.error, named);
  throw new AppError("invalid_value", message.replace(/^The request/, "custom_id"), "custom_id");
}

function checkLine(
  value: unknown,
  { credentials, upstreamConfig, randomSeed, counting, allowedModels }: Context & Pick<BatchFields, "counting">,
) {
  if (!isObject(value)) {
    throw new AppError(
      "invalid_json",
      value === undefined ? "The line is not valid JSON." : "The request must be one JSON object.",
    );
  }
  const { custom_id: _, ...given } = value;
  const { fields, inputs } = withInputs(given);
  const { body, rethrowWithCallerNames } = checkRequest(fields);
  refuseMask(body.mask);
  refuseForeign(body);
  try {
    const given = {
      credentials,
      upstreamConfig,
      randomSeed: randomSeed(),
      inputCount: inputs.length,
      counting,
      allowedModels,
    };
    const { request, able, estimatedCredits, maxInputBytes } = resolveRequest(body, given);
    const resendsRefused = body.resend_refused ?? false;
    const kept = keptOf(body, request, inputs.length);
    return { request, kept, inputs, able, estimatedCredits, maxInputBytes, resendsRefused };
  } catch (error) {
    return rethrowWithCallerNames(error);
  }
}

/** The reference images, and the other fields. A request without any is text to image. */
function withInputs(value: Record<string, unknown>): { fields: Record<string, unknown>; inputs: InputSource[] } {
  const { images, fields } = takeImages(value);
  const isText = Object.values(images).every((one) => one == null || (Array.isArray(one) && one.length === 0));
  if (isText) {
    refuseImages(fields);
    return { fields, inputs: [] };
  }
  refuseOtherImages(fields);
  return { fields, inputs: sourcesOf(images) };
}

/** Fields that ask for an answer with images in it, which a batch does not give, and one of the whole batch. */
function refuseForeign(body: Record<string, unknown>): void {
  if (body.stream === true) {
    throw new AppError(
      "invalid_value",
      "stream is true; the requests of a batch have no stream. Leave it out.",
      "stream",
    );
  }
  if (body.response_format === "b64_json") {
    throw new AppError(
      "invalid_value",
      "response_format is b64_json; the results of a batch have links. Leave it out.",
      "response_format",
    );
  }
  if (body.webhook != null) {
    throw new AppError("invalid_value", "webhook is told about a whole batch; put it beside `requests`.", "webhook");
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
