/**
 * Packages for OpenAI-compatible image servers, used as their documentation shows, with only address and key set.
 * `packages.test.ts` runs the rows.
 */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { DallEAPIWrapper } from "@langchain/openai";
import { generateImage } from "ai-sdk";
import { Portkey } from "portkey-ai";
import type { ReceivedImage } from "./client.ts";
import { bytes, link } from "./readings.ts";

type Order = { base: string; key: string; model: string; prompt: string; n: number };

export type PackageClient = {
  name: string;
  /** @throws the package's error. */
  generate: (order: Order) => Promise<ReceivedImage[]>;
  /** Absent when the package has no such function. */
  edit?: (order: Order & { files: File[] }) => Promise<ReceivedImage[]>;
};

const size = "1024x1024";

const aiSdkModel = ({ base, key, model }: Order) =>
  createOpenAICompatible({ name: "dreamina", baseURL: base, apiKey: key }).imageModel(model);

/** As OpenAI documents: url, b64_json or both. */
const shown = ({ data }: { data?: { url?: string; b64_json?: string }[] | undefined }): ReceivedImage[] =>
  (data ?? []).map(({ url, b64_json }) => (b64_json === undefined ? link(url ?? "") : bytes(b64_json)));

export const packageClients: PackageClient[] = [
  {
    name: "ai with @ai-sdk/openai-compatible",
    async generate(order) {
      const { prompt, n } = order;
      const { images } = await generateImage({ model: aiSdkModel(order), prompt, n, size });
      return images.map(({ uint8Array }) => ({ kind: "bytes", bytes: uint8Array }));
    },
    async edit(order) {
      const files = await Promise.all(order.files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
      const prompt = { text: order.prompt, images: files };
      const { images } = await generateImage({ model: aiSdkModel(order), prompt, n: order.n, size });
      return images.map(({ uint8Array }) => ({ kind: "bytes", bytes: uint8Array }));
    },
  },
  {
    name: "portkey-ai",
    async generate({ base, key, model, prompt, n }) {
      return shown(await new Portkey({ apiKey: key, baseURL: base }).images.generate({ model, prompt, n, size }));
    },
    async edit({ base, key, model, prompt, n, files }) {
      const portkey = new Portkey({ apiKey: key, baseURL: base });
      return shown(await portkey.images.edit({ model, prompt, n, size, image: files }));
    },
  },
  {
    name: "@langchain/openai",
    async generate({ base, key, model, prompt, n }) {
      const tool = new DallEAPIWrapper({ apiKey: key, baseUrl: base, model, n });
      const result: string | { image_url: string }[] = await tool.invoke(prompt);
      return typeof result === "string" ? [link(result)] : result.map(({ image_url }) => link(image_url));
    },
  },
];
