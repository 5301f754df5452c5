/** Libraries for OpenAI's image API. Behaviour from public sources; the code is this project's. */
import type { ImageClient } from "./client.ts";
import { base64List, bytes, countedBase64List, link, linkList, messageOf, ofSuccess, sdkErrorOf } from "./readings.ts";
import { files, form, post, postForm, pythonSdk } from "./requests.ts";

const square = { images: 1, ratio: 1 };
const generations = "/images/generations";
const edits = "/images/edits";

export const libraryClients: ImageClient[] = [
  {
    name: "openai-python, nothing but a prompt",
    version: "0013ad2",
    seenIn: ["openai/openai-python src/openai/resources/images.py", "openai/openai-python src/openai/_base_client.py"],
    base: "/v1",
    request: ({ key, prompt }) => post(generations, key, { prompt, model: "dreamina-4.5" }, pythonSdk),
    reads: (answer) => ofSuccess(answer, linkList).data.map(({ url }) => link(url)),
    errorText: sdkErrorOf,
    files: 0,
    expected: square,
  },
  {
    name: "openai-python, gpt-image-1",
    version: "0013ad2",
    seenIn: ["openai/openai-python src/openai/resources/images.py"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(generations, key, { prompt, model: "gpt-image-1", n: 1, size: "1536x1024", quality: "low" }, pythonSdk),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 0,
    expected: { images: 1, ratio: 1.5 },
  },
  {
    name: "AI SDK, openai-compatible provider",
    version: "1091292",
    seenIn: ["vercel/ai packages/openai-compatible/src/image/openai-compatible-image-model.ts"],
    base: "/v1",
    request: ({ key, prompt }) =>
      post(generations, key, {
        model: "dreamina-4.5",
        prompt,
        n: 1,
        size: "1024x1024",
        response_format: "b64_json",
      }),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: messageOf,
    files: 0,
    expected: square,
  },
  {
    name: "AI SDK, openai-compatible provider, an edit: no response_format, and only base64 is read",
    version: "1091292",
    seenIn: ["vercel/ai packages/openai-compatible/src/image/openai-compatible-image-model.ts"],
    base: "/openai/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["model", "dreamina-4.5"],
          ["prompt", prompt],
          ...files("image", images),
          ["n", "1"],
          ["size", "1024x1024"],
        ]),
      ),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: messageOf,
    files: 1,
    expected: square,
  },
  {
    name: "LiteLLM, an edit: every member of usage is required",
    version: "078686d",
    seenIn: ["BerriAI/litellm litellm/llms/openai/image_edit/transformation.py"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["model", "gpt-image-1"],
          ["prompt", prompt],
          ["n", "1"],
          ["size", "1024x1024"],
          ...files("image[]", images),
        ]),
      ),
    reads: (answer) => ofSuccess(answer, countedBase64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: messageOf,
    files: 1,
    expected: square,
  },
  {
    name: "openai-python, an edit of images named by address, as JSON",
    version: "0013ad2",
    seenIn: ["openai/openai-python src/openai/resources/images.py"],
    base: "/openai/v1",
    request: ({ key, prompt, links }) =>
      post(
        edits,
        key,
        {
          images: links.map((image_url) => ({ image_url })),
          prompt,
          model: "gpt-image-1",
          n: 1,
          size: "1024x1024",
        },
        pythonSdk,
      ),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: sdkErrorOf,
    files: 2,
    expected: square,
  },
];
