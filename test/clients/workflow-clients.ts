/** Workflow builders with OpenAI's image API. Behaviour from public sources; the code is this project's. */
import type { ImageClient } from "./client.ts";
import { base64List, bytes, countedBase64List, link, linkList, ofSuccess, sdkErrorOf } from "./readings.ts";
import { files, form, post, postForm, pythonSdk } from "./requests.ts";

const square = { images: 1, ratio: 1 };
const generations = "/images/generations";
const edits = "/images/edits";

export const workflowClients: ImageClient[] = [
  {
    name: "Dify, GPT Image: writes /v1 behind whatever base URL it is given, reads usage to its last member",
    version: "286718e",
    seenIn: ["langgenius/dify-official-plugins tools/openai/tools/gpt_image_generate.py"],
    base: "/v1/v1",
    request: ({ key, prompt }) =>
      post(
        generations,
        key,
        { model: "gpt-image-1-mini", prompt, size: "1024x1536", quality: "low", background: "opaque", n: 1 },
        pythonSdk,
      ),
    reads: (answer) => ofSuccess(answer, countedBase64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: { images: 1, ratio: 2 / 3 },
  },
  {
    name: "Dify, GPT Image 2: fields left on auto are not sent",
    version: "1896446",
    seenIn: [
      "langgenius/dify-official-plugins tools/openai/tools/gpt_image_2_generate.py",
      "langgenius/dify-official-plugins tools/openai/tools/_image_utils.py",
    ],
    base: "/v1",
    request: ({ key, prompt }) => post(generations, key, { model: "gpt-image-2", prompt, n: 1 }, pythonSdk),
    reads: (answer) => ofSuccess(answer, countedBase64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "Dify, GPT Image edit of several images",
    version: "286718e",
    seenIn: ["langgenius/dify-official-plugins tools/openai/tools/gpt_image_edit.py"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["model", "gpt-image-1"],
          ["prompt", prompt],
          ["size", "1024x1024"],
          ["quality", "low"],
          ["n", "1"],
          ...files("image[]", images),
        ]),
        pythonSdk,
      ),
    reads: (answer) => ofSuccess(answer, countedBase64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 2,
    expected: square,
  },
  {
    name: "n8n, the OpenAI node with its defaults",
    version: "node v1, 4b50040",
    seenIn: ["n8n-io/n8n packages/@n8n/nodes-langchain/nodes/vendors/OpenAi/actions/image/generate.operation.ts"],
    base: "/v1",
    request: ({ key, prompt }) => post(generations, key, { prompt, model: "dall-e-3", response_format: "b64_json" }),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "n8n, the OpenAI node with links",
    version: "node v2, 0713e95",
    seenIn: ["n8n-io/n8n packages/@n8n/nodes-langchain/nodes/vendors/OpenAi/v2/actions/image/generate.operation.ts"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(generations, key, {
        prompt,
        model: "dall-e-2",
        response_format: "url",
        n: 2,
        size: "256x256",
      }),
    reads: (answer) => ofSuccess(answer, linkList).data.map(({ url }) => link(url)),
    errorText: sdkErrorOf,
    files: 0,
    expected: { images: 2, ratio: 1 },
  },
  {
    name: "n8n, the OpenAI node with gpt-image-1: two fields, and nothing else that tells it from our own callers",
    version: "node v2, 0713e95",
    seenIn: ["n8n-io/n8n packages/@n8n/nodes-langchain/nodes/vendors/OpenAi/v2/actions/image/generate.operation.ts"],
    base: "/v1",
    request: ({ key, prompt }) => post(generations, key, { prompt, model: "gpt-image-1" }),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "n8n, an edit with gpt-image-1.5: files first",
    version: "node v2, 2475cbe",
    seenIn: ["n8n-io/n8n packages/@n8n/nodes-langchain/nodes/vendors/OpenAi/v2/actions/image/edit.operation.ts"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ...files("image[]", images),
          ["prompt", prompt],
          ["model", "gpt-image-1.5"],
          ["n", "1"],
          ["size", "1024x1024"],
          ["background", "auto"],
          ["input_fidelity", "low"],
          ["output_format", "png"],
          ["output_compression", "100"],
          ["quality", "auto"],
        ]),
      ),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 2,
    expected: square,
    site: "cn",
  },
  {
    name: "n8n, an edit with dall-e-2: links",
    version: "node v2, 2475cbe",
    seenIn: ["n8n-io/n8n packages/@n8n/nodes-langchain/nodes/vendors/OpenAi/v2/actions/image/edit.operation.ts"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ...files("image", images),
          ["prompt", prompt],
          ["model", "dall-e-2"],
          ["n", "1"],
          ["size", "512x512"],
          ["response_format", "url"],
        ]),
      ),
    reads: (answer) => ofSuccess(answer, linkList).data.map(({ url }) => link(url)),
    errorText: sdkErrorOf,
    files: 1,
    expected: square,
  },
];
