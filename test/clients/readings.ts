/**
 * How clients read: the few ways in which the answers of an image API are taken apart, each as strict and as careless
 * as the programs that do it. Used by the tables.
 */
import * as z from "zod";
import type { Answer, Shown } from "./client.ts";

const ok = 200;

/** OpenAI's SDKs: any 2xx is a success, whatever is in it. */
export function ofSuccess<T>(answer: Answer, shape: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw new Error(complaintOf(answer));
  return shape.parse(JSON.parse(answer.text));
}

/** Gateways: 200 is a success, and nothing else. */
export function of200<T>(answer: Answer, shape: z.ZodType<T>): T {
  if (answer.status !== ok) throw new Error(`bad response status code ${answer.status}`);
  return shape.parse(JSON.parse(answer.text));
}

/** An image as most read it: a member may be missing or null. */
const image = z.object({ url: z.string().nullish(), b64_json: z.string().nullish() });

/** `data` must be a list with something in it. */
export const imageList = z.object({ data: z.array(image).min(1) });

/** Every member of `data` must have its bytes. */
export const base64List = z.object({ data: z.array(z.object({ b64_json: z.string() })).min(1) });

/** Every member of `data` must have its link. */
export const linkList = z.object({ data: z.array(z.object({ url: z.string() })).min(1) });

const tokens = z.int().nonnegative();

/** `usage` is read to its last member, without asking whether it is there. */
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

/** A Go program that decodes into its own struct: a member of another type fails the whole, unknown ones vanish. */
export const goImages = z.object({
  created: goNumber,
  data: z.array(z.object({ url: goText, b64_json: goText, revised_prompt: goText })).min(1),
});

/** The same, and an `error` with a type in it makes a failure of any answer; tokens are decoded for the bill. */
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

export const bytes = (base64: string): Shown => ({ kind: "bytes", bytes: Buffer.from(base64, "base64") });
export const link = (url: string, headers: Record<string, string> = {}): Shown => ({ kind: "link", url, headers });

type Image = z.infer<typeof image>;

/** Takes the bytes when there are any, or else the link. */
export const bytesOrLink = ({ url, b64_json }: Image): Shown => (b64_json ? bytes(b64_json) : link(present(url)));

/** Takes the link when there is one, or else the bytes. */
export const linkOrBytes =
  (headers: Record<string, string>) =>
  ({ url, b64_json }: Image): Shown =>
    url ? link(url, headers) : bytes(present(b64_json));

function present(value: string | null | undefined): string {
  if (!value) throw new Error("the image has neither url nor b64_json");
  return value;
}

const refusal = z.object({ error: z.object({ message: z.string().min(1) }) });

/** OpenAI's SDKs: the status and `error.message`. */
export const complaintOf = (answer: Answer): string => `${answer.status} ${messageOf(answer)}`;

/** `error.message`, which must be a text. */
export const messageOf = (answer: Answer): string => refusal.parse(JSON.parse(answer.text)).error.message;

const reasons: Record<number, string> = { 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required" };

/** Nothing but the status line. */
export const reasonOf = ({ status }: Answer): string => reasons[status] ?? String(status);
