/**
 * Programs for OpenAI's image API that make images from text. Behaviour from public sources; the code is this
 * project's.
 */
import type { ImageClient } from "./client.ts";
import {
  base64List,
  bytes,
  bytesOrLink,
  goBilledImages,
  goImages,
  imageList,
  link,
  linkList,
  linkOrBytes,
  messageOf,
  of200,
  ofSuccess,
  sdkErrorOf,
  statusTextOf,
} from "./readings.ts";
import { nodeSdk, post } from "./requests.ts";

const square = { images: 1, ratio: 1 };
const generations = "/images/generations";

export const generatingClients: ImageClient[] = [
  {
    name: "new-api as a gateway; ratio and resolution in the model name, because it drops our fields",
    version: "01dc8d6",
    seenIn: ["QuantumNous/new-api relay/image_handler.go", "QuantumNous/new-api relay/channel/openai/relay_image.go"],
    base: "",
    request: ({ key, prompt }) =>
      post("/v1/images/generations", key, { model: "dreamina-4.5-16x9-1k", prompt, n: 1, response_format: "url" }),
    reads: (answer) => of200(answer, goBilledImages).data.map(({ url }) => link(url ?? "")),
    errorText: messageOf,
    files: 0,
    expected: { images: 1, ratio: 1024 / 576 },
  },
  {
    name: "new-api with gpt-image-1, forwarded as the caller wrote it",
    version: "01dc8d6",
    seenIn: ["QuantumNous/new-api dto/openai_image.go", "QuantumNous/new-api relay/channel/openai/relay_image.go"],
    base: "",
    request: ({ key, prompt }) =>
      post("/v1/images/generations", key, {
        model: "gpt-image-1",
        prompt,
        n: 1,
        size: "1024x1024",
        quality: "low",
        background: "opaque",
        moderation: "low",
        output_format: "png",
        user: "42",
        watermark: false,
      }),
    reads: (answer) => of200(answer, goBilledImages).data.map(({ b64_json }) => bytes(b64_json ?? "")),
    errorText: messageOf,
    files: 0,
    expected: square,
    site: "cn",
  },
  {
    name: "one-api with a mapped model: fills in n and size, decodes into its own struct",
    version: "009337c",
    seenIn: [
      "songquanpeng/one-api relay/controller/image.go",
      "songquanpeng/one-api relay/adaptor/openai/image.go",
      "songquanpeng/one-api relay/model/image.go",
    ],
    base: "",
    request: ({ key, prompt }) =>
      post("/v1/images/generations", key, { model: "jimeng-4.5", prompt, n: 1, size: "1024x1024" }),
    reads: (answer) => of200(answer, goImages).data.map(({ url }) => link(url ?? "")),
    errorText: messageOf,
    files: 0,
    expected: square,
  },
  {
    name: "Open WebUI, a model of this API",
    version: "02530d5",
    seenIn: ["open-webui/open-webui backend/open_webui/routers/images.py"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(generations, key, {
        model: "dreamina-4.5",
        prompt,
        n: 1,
        size: "512x512",
        response_format: "b64_json",
      }),
    reads: (answer, { headers }) =>
      ofSuccess(answer, imageList).data.map(linkOrBytes({ authorization: headers.authorization ?? "" })),
    errorText: statusTextOf,
    hidesMessage: true,
    files: 0,
    expected: square,
  },
  {
    name: "Open WebUI, gpt-image-1: no response_format; fetches the link with its key attached",
    version: "02530d5",
    seenIn: ["open-webui/open-webui backend/open_webui/routers/images.py"],
    base: "/v1",
    request: ({ key, prompt }) => post(generations, key, { model: "gpt-image-1", prompt, n: 1, size: "1024x1024" }),
    reads: (answer, { headers }) =>
      ofSuccess(answer, imageList).data.map(linkOrBytes({ authorization: headers.authorization ?? "" })),
    errorText: statusTextOf,
    hidesMessage: true,
    files: 0,
    expected: square,
  },
  {
    name: "LobeChat, dall-e-3",
    version: "3c7f186",
    seenIn: ["lobehub/lobe-chat packages/model-runtime/src/core/openaiCompatibleFactory/createImage.ts"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(
        generations,
        key,
        { model: "dall-e-3", n: 1, response_format: "b64_json", prompt, size: "1792x1024", quality: "standard" },
        nodeSdk,
      ),
    reads: (answer) => ofSuccess(answer, imageList).data.slice(0, 1).map(bytesOrLink),
    errorText: sdkErrorOf,
    files: 0,
    expected: { images: 1, ratio: 16 / 9 },
  },
  {
    name: "LobeChat, a model of this API by its settings",
    version: "3c7f186",
    seenIn: ["lobehub/lobe-chat packages/model-runtime/src/core/openaiCompatibleFactory/createImage.ts"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(generations, key, { model: "dreamina-4.0", n: 1, prompt, seed: 7, cfg: 4.5, steps: 20 }, nodeSdk),
    reads: (answer) => ofSuccess(answer, imageList).data.slice(0, 1).map(bytesOrLink),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "Cherry Studio, painting over new-api",
    version: "6e0dab4",
    seenIn: ["CherryHQ/cherry-studio src/renderer/src/pages/paintings/providers/newapi/provider.ts"],
    base: "",
    request: ({ key, prompt }) => post("/v1/images/generations", key, { prompt, model: "gpt-image-1", n: 1 }),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: messageOf,
    files: 0,
    expected: square,
  },
  {
    name: "Cherry Studio, an OpenAI-compatible provider",
    version: "146393a",
    seenIn: ["CherryHQ/cherry-studio src/renderer/src/aiCore/legacy/clients/openai/OpenAIBaseClient.ts"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(
        generations,
        key,
        {
          model: "dreamina-4.5",
          prompt,
          negative_prompt: "",
          image_size: "1024x1024",
          batch_size: 1,
          seed: 2001,
          num_inference_steps: 25,
          guidance_scale: 4.5,
          prompt_enhancement: false,
        },
        nodeSdk,
      ),
    reads: (answer) => ofSuccess(answer, linkList).data.map(({ url }) => link(url)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "SillyTavern, image generation",
    version: "00a72b5",
    seenIn: [
      "SillyTavern/SillyTavern src/endpoints/openai.js",
      "SillyTavern/SillyTavern public/scripts/extensions/stable-diffusion/index.js",
    ],
    base: "",
    request: ({ key, prompt }) =>
      post("/v1/images/generations", key, {
        prompt,
        model: "dall-e-3",
        size: "1024x1792",
        n: 1,
        quality: "standard",
        style: "vivid",
        response_format: "b64_json",
      }),
    reads: (answer) =>
      ofSuccess(answer, base64List)
        .data.slice(0, 1)
        .map(({ b64_json }) => bytes(b64_json)),
    errorText: ({ text }) => text,
    files: 0,
    expected: { images: 1, ratio: 9 / 16 },
  },
  {
    name: "LibreChat, OpenAI image tools: auto in every field",
    version: "00b3bc3",
    seenIn: ["danny-avila/LibreChat api/app/clients/tools/structured/OpenAIImageTools.js"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(
        "/images/generations",
        key,
        { model: "gpt-image-1", prompt, n: 1, background: "auto", output_format: "png", quality: "auto", size: "auto" },
        nodeSdk,
      ),
    reads: (answer) =>
      ofSuccess(answer, base64List)
        .data.slice(0, 1)
        .map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
    site: "cn",
  },
];
