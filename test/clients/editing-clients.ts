/** Programs for OpenAI's image API that edit images. Behaviour from public sources; the code is this project's. */
import type { ImageClient } from "./client.ts";
import {
  base64List,
  bytes,
  bytesOrLink,
  goBilledImages,
  imageList,
  link,
  linkOrBytes,
  messageOf,
  of200,
  ofSuccess,
  sdkErrorOf,
  statusTextOf,
} from "./readings.ts";
import { files, form, nodeSdk, postForm, streamed } from "./requests.ts";

const square = { images: 1, ratio: 1 };
const edits = "/images/edits";

export const editingClients: ImageClient[] = [
  {
    name: "LibreChat, OpenAI image tools: an edit sent from streams, without a length",
    version: "00b3bc3",
    seenIn: ["danny-avila/LibreChat api/app/clients/tools/structured/OpenAIImageTools.js"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      streamed(
        postForm(
          edits,
          key,
          form([
            ["model", "gpt-image-1"],
            ["prompt", prompt],
            ["quality", "auto"],
            ["size", "auto"],
            ...files("image[]", images),
          ]),
        ),
      ),
    reads: (answer) =>
      ofSuccess(answer, base64List)
        .data.slice(0, 1)
        .map(({ b64_json }) => bytes(b64_json)),
    errorText: ({ status }) => `Request failed with status code ${status}`,
    hidesMessage: true,
    files: 2,
    expected: square,
  },
  {
    name: "new-api as a gateway of edits: image[] for several",
    version: "0094520",
    seenIn: ["QuantumNous/new-api relay/channel/openai/adaptor.go"],
    base: "",
    request: ({ key, prompt, files: images }) =>
      postForm(
        "/v1/images/edits",
        key,
        form([
          ["model", "dreamina-4.5"],
          ["prompt", prompt],
          ["n", "1"],
          ["size", "1024x1024"],
          ["response_format", "url"],
          ...files("image[]", images),
        ]),
      ),
    reads: (answer) => of200(answer, goBilledImages).data.map(({ url }) => link(url ?? "")),
    errorText: messageOf,
    files: 3,
    expected: square,
  },
  {
    name: "Open WebUI, an edit",
    version: "02530d5",
    seenIn: ["open-webui/open-webui backend/open_webui/routers/images.py"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["model", "dreamina-4.5"],
          ["prompt", prompt],
          ["n", "1"],
          ["size", "1024x1024"],
          ["response_format", "b64_json"],
          ...files("image", images),
        ]),
      ),
    reads: (answer, { headers }) =>
      ofSuccess(answer, imageList).data.map(linkOrBytes({ authorization: headers.authorization ?? "" })),
    errorText: statusTextOf,
    hidesMessage: true,
    files: 1,
    expected: square,
  },
  {
    name: "LobeChat, an edit of one image",
    version: "3c7f186",
    seenIn: ["lobehub/lobe-chat packages/model-runtime/src/core/openaiCompatibleFactory/createImage.ts"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["model", "gpt-image-1"],
          ["n", "1"],
          ["input_fidelity", "high"],
          ["prompt", prompt],
          ["size", "1536x1024"],
          ...files("image", images),
        ]),
        nodeSdk,
      ),
    reads: (answer) => ofSuccess(answer, imageList).data.slice(0, 1).map(bytesOrLink),
    errorText: sdkErrorOf,
    files: 1,
    expected: { images: 1, ratio: 1.5 },
  },
  {
    name: "Cherry Studio, an edit over new-api: the same field for every file, no n",
    version: "6e0dab4",
    seenIn: ["CherryHQ/cherry-studio src/renderer/src/pages/paintings/providers/newapi/provider.ts"],
    base: "",
    request: ({ key, prompt, files: images }) =>
      postForm(
        "/v1/images/edits",
        key,
        form([["prompt", prompt], ["model", "gpt-image-1"], ["size", "1024x1024"], ...files("image", images)]),
      ),
    reads: (answer) => ofSuccess(answer, imageList).data.map(bytesOrLink),
    errorText: messageOf,
    files: 2,
    expected: square,
  },
  {
    name: "a client that numbers its files: image[0], image[1]",
    version: "as new-api takes them",
    seenIn: ["QuantumNous/new-api relay/channel/openai/adaptor.go"],
    base: "/v1",
    request: ({ key, prompt, files: images }) =>
      postForm(
        edits,
        key,
        form([
          ["prompt", prompt],
          ["model", "gpt-image-1"],
          ["n", "1"],
          ["size", "1024x1024"],
          ...images.map((file, index): [string, File] => [`image[${index}]`, file]),
        ]),
      ),
    reads: (answer) => ofSuccess(answer, base64List).data.map(({ b64_json }) => bytes(b64_json)),
    errorText: messageOf,
    files: 3,
    expected: square,
  },
];
