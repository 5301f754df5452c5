/**
 * Reads a multipart/form-data body as it arrives: files under the names of inputs are streamed to the bucket, texts are
 * collected. Unknown parts are refused: a skipped part would be missing from a task that is paid for.
 */

import { maxFormTextBytes, maxParts } from "#api/limits.ts";
import { fromForm } from "#api/request/from-form.ts";
import { imageField } from "#api/request/image-fields.ts";
import { refuseMask } from "#api/request/mask.ts";
import { AppError } from "#shared/errors.ts";
import { maxBase64Bytes, maxInputBytes, maxInputs } from "#shared/wire/limits.ts";
import { checkCount, type InputLocation, inputError, sourcesOfText } from "./input-source.ts";
import { malformed, type PartHead, parametersOf, readPartHead } from "./part-head.ts";
import { type PartEvent, Splitter } from "./parts.ts";
import type { InputStage, RequestInput } from "./stage-inputs.ts";

const MiB = 1024 * 1024;
const maxBodyBytes = maxInputs * maxInputBytes + maxFormTextBytes;

export type CompositionBody = { fields: Record<string, unknown>; inputs: RequestInput[] };

/** Reads one part while it arrives. */
type PartReader = {
  write: (bytes: Uint8Array) => void | Promise<void>;
  close: () => void | Promise<void>;
  /** Called when the form is refused before the part has ended. */
  abort?: () => Promise<void>;
};

/** @throws AppError. The caller must clear the stage. */
export async function readForm(request: Request, stage: InputStage): Promise<CompositionBody> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw bodyTooLarge();
  const form = new Form(stage);
  let reader: PartReader | null = null;
  let parts = 0;
  try {
    for await (const event of partEvents(request)) {
      switch (event.kind) {
        case "head":
          parts += 1;
          if (parts > maxParts) throw new AppError("invalid_value", `The form has more than ${maxParts} parts.`);
          reader = form.readerFor(readPartHead(event.block, parts));
          break;
        case "bytes":
          await reader?.write(event.bytes);
          break;
        case "end":
          await reader?.close();
          reader = null;
      }
    }
  } catch (error) {
    await reader?.abort?.().catch(() => {});
    throw error;
  }
  return { fields: fromForm(Object.fromEntries(form.texts)), inputs: form.inputs };
}

async function* partEvents(request: Request): AsyncGenerator<PartEvent> {
  const parameters = parametersOf(request.headers.get("content-type") ?? "");
  const boundary = parameters.find(([key]) => key === "boundary")?.[1] ?? "";
  if (boundary === "") {
    throw malformed("its content type names no boundary; let your HTTP client set the header Content-Type");
  }
  const splitter = new Splitter(boundary);
  let bytes = 0;
  for await (const piece of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += piece.byteLength;
    if (bytes > maxBodyBytes) throw bodyTooLarge();
    yield* splitter.push(piece);
  }
  splitter.finish();
}

/** The fields and reference images of one form, collected part by part. */
class Form {
  readonly texts = new Map<string, string>();
  readonly inputs: RequestInput[] = [];
  readonly #stage: InputStage;
  readonly #counts = new Map<string, number>();
  #textBytes = 0;

  constructor(stage: InputStage) {
    this.#stage = stage;
  }

  /** The reader of a part. @throws AppError for a file that is not a reference image. */
  readerFor(head: PartHead): PartReader {
    const { name, isFile, isNamed } = head;
    if (!isFile) return this.#textReader(head);
    const param = inputField(name);
    if (param !== null) return this.#inputReader(param, isNamed);
    if (isNamed) refuseFile(name);
    return { write: () => refuseFile(name), close: () => {} };
  }

  #textReader({ name, charset }: PartHead): PartReader {
    const decoder = decoderOf(charset, name);
    let text = "";
    return {
      write: (bytes) => {
        this.#textBytes += bytes.length;
        if (this.#textBytes > maxFormTextBytes) throw tooMuchText();
        text += decodeText(name, () => decoder.decode(bytes, { stream: true }));
      },
      close: () => {
        text += decodeText(name, () => decoder.decode());
        this.#takeText(name, text);
      },
    };
  }

  #takeText(name: string, text: string): void {
    const param = imageField(unescaped(name));
    if (param === null) this.#keep(name, text);
    else if (text.trim() !== "") {
      const sources = sourcesOfText(text, param, () => this.#nextLocation(param));
      for (const source of sources) this.inputs.push({ kind: "source", source });
    }
  }

  #inputReader(param: string, isNamed: boolean): PartReader {
    const staging = this.#stage.startUpload(this.inputs.length, this.#nextLocation(param));
    let isChosen = isNamed;
    return {
      write: (bytes) => {
        isChosen = true;
        return staging.write(bytes);
      },
      close: async () => {
        if (isChosen) this.inputs.push({ kind: "staged", input: await staging.close() });
      },
      abort: staging.abort,
    };
  }

  #nextLocation(param: string): InputLocation {
    checkCount(this.inputs.length + 1);
    const index = this.#counts.get(param) ?? 0;
    this.#counts.set(param, index + 1);
    return { name: `${param}[${index}]`, param };
  }

  /** @throws AppError for a second, different value of a field: only one could be used. */
  #keep(name: string, text: string): void {
    const before = this.texts.get(name);
    if (before !== undefined && before !== text) {
      throw new AppError(
        "invalid_value",
        `${name.slice(0, 60)} is in the form twice, with different values; send one.`,
        name,
      );
    }
    this.texts.set(name, text);
  }
}

/** Some clients escape brackets. */
const unescaped = (name: string): string => name.replace(/%5[bd]/gi, decodeURIComponent);

/** For files: `image` or `images`, also with brackets, empty or numbered. */
const inputField = (name: string): string | null => /^(images?)(\[\d*\])?$/.exec(unescaped(name))?.[1] ?? null;

/** @throws AppError always: an ignored file would be missing from images that are paid for. */
function refuseFile(name: string): never {
  if (name === "mask") refuseMask(name);
  const shown = name.slice(0, 60);
  throw new AppError(
    "invalid_value",
    `${shown} is a file; files are taken as reference images, under image, images, image[] or images[], repeated for several. Send anything else as text.`,
    shown,
  );
}

/** @throws AppError when the bytes are invalid in the charset: a prompt of replacement characters costs as much. */
function decodeText(name: string, decode: () => string): string {
  try {
    return decode();
  } catch {
    const param = imageField(unescaped(name));
    if (param !== null) {
      throw inputError("invalid_value", { name: param, param }, "has bytes without a file name; send them as a file");
    }
    const shown = name.slice(0, 60);
    throw new AppError("invalid_value", `${shown} is not UTF-8, or of the charset that its part names.`, shown);
  }
}

function decoderOf(charset: string, name: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false });
  } catch {
    const shown = name.slice(0, 60);
    throw new AppError("invalid_value", `${shown} has an unknown charset; send UTF-8.`, shown);
  }
}

const tooMuchText = () =>
  new AppError(
    "body_too_large",
    `The texts of the form are larger than ${maxFormTextBytes / MiB} MiB, which hold ${maxBase64Bytes / MiB} MiB of images as base64; send larger images as files or addresses, each up to ${maxInputBytes / MiB} MiB.`,
  );

const bodyTooLarge = () =>
  new AppError(
    "body_too_large",
    `The form is larger than ${maxBodyBytes / MiB} MiB, the limit of this route; an image may have ${maxInputBytes / MiB} MiB.`,
  );
