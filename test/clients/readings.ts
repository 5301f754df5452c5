/**
 * How clients read the answers of an image API, each as strict or lenient as the real programs. For the tables.
 */
import * as z from "zod";
import type { Answer, ReceivedImage } from "./client.ts";

const ok = 200;

/** OpenAI's SDKs: any 2xx is a success. */
export function ofSuccess<T>(answer: Answer, shape: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw new Error(sdkErrorOf(answer));
  return shape.parse(JSON.parse(answer.text));
}

/** Gateways: only 200 is a success. */
export function of200<T>(answer: Answer, shape: z.ZodType<T>): T {
  if (answer.status !== ok) throw new Error(`bad response status code ${answer.status}`);
  return shape.parse(JSON.parse(answer.text));
}

/** An image as most clients read it: a member may be missing or null. */
const image = z.object({ url: z.string().nullish(), b64_json: z.string().nullish() });

/** `data` must be a list that is not empty. */
export const imageList = z.object({ data: z.array(image).min(1) });

/** Every member of `data` must have its bytes. */
export const base64List = z.object({ data: z.array(z.object({ b64_json: z.string() })).min(1) });

/** Every member of `data` must have its link. */
export const linkList = z.object({ data: z.array(z.object({ url: z.string() })).min(1) });

const tokens = z.int().nonnegative();

/** Every member of `usage` is required. */
export const countedBase64List = base64List.extend({
  usage: z.object({
    total_tokens: tokens,
    input_tokens: tokens,
    output_tokens: tokens,
    input_tokens_details: z.object({ text_tokens: tokens, image_tokens: tokens }),
  }),
});

const goText = z.string().nullish();
const goNumber = z.int().nullish();

/** A Go program that decodes into a struct: a member of another type is an error, unknown members are ignored. */
export const goImages = z.object({
  created: goNumber,
  data: z.array(z.object({ url: goText, b64_json: goText, revised_prompt: goText })).min(1),
});

/** As `goImages`; an `error` with a type makes any answer a failure, and tokens are decoded for billing. */
export const goBilledImages = goImages.extend({
  error: z
    .object({ type: goText })
    .nullish()
    .refine((error) => !error?.type, "the answer holds an error"),
  usage: z
    .object({
      prompt_tokens: goNumber,
      completion_tokens: goNumber,
      total_tokens: goNumber,
      input_tokens: goNumber,
      output_tokens: goNumber,
      input_tokens_details: z.object({ text_tokens: goNumber, image_tokens: goNumber }).nullish(),
    })
    .nullish(),
});

export const bytes = (base64: string): ReceivedImage => ({ kind: "bytes", bytes: Buffer.from(base64, "base64") });
export const link = (url: string, headers: Record<string, string> = {}): ReceivedImage => ({
  kind: "link",
  url,
  headers,
});

type Image = z.infer<typeof image>;

/** The bytes when present, else the link. */
export const bytesOrLink = ({ url, b64_json }: Image): ReceivedImage =>
  b64_json ? bytes(b64_json) : link(present(url));

/** The link when present, else the bytes. */
export const linkOrBytes =
  (headers: Record<string, string>) =>
  ({ url, b64_json }: Image): ReceivedImage =>
    url ? link(url, headers) : bytes(present(b64_json));

function present(value: string | null | undefined): string {
  if (!value) throw new Error("the image has neither url nor b64_json");
  return value;
}

const refusal = z.object({ error: z.object({ message: z.string().min(1) }) });

/** OpenAI's SDKs: the status and `error.message`. */
export const sdkErrorOf = (answer: Answer): string => `${answer.status} ${messageOf(answer)}`;

/** `error.message`, which must be a string. */
export const messageOf = (answer: Answer): string => refusal.parse(JSON.parse(answer.text)).error.message;

const statusTexts: Record<number, string> = { 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required" };

/** The text of the status line only. */
export const statusTextOf = ({ status }: Answer): string => statusTexts[status] ?? String(status);
