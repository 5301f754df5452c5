/** A program with the client that `@hey-api/openapi-ts` generates from the API's OpenAPI document. */
import type { ClientAt } from "./client.ts";
import { createClient } from "./dist/hey-api/client/index.ts";
import { createImage, editImage, getTask, listTasks } from "./dist/hey-api/index.ts";

export const clientAt: ClientAt = (url, session) => {
  const client = createClient({ baseUrl: url, auth: session, throwOnError: true });
  return {
    async submit(prompt) {
      const { data } = await createImage({
        client,
        headers: { prefer: "respond-async" },
        body: { prompt, n: 1, ratio: "16:9" },
        throwOnError: true,
      });
      if (!("poll_url" in data)) throw new Error("no task");
      return data.id;
    },
    async poll(id) {
      const { data } = await getTask({ client, path: { id }, throwOnError: true });
      return { status: data.status, links: data.images ?? [] };
    },
    async list() {
      const { data } = await listTasks({ client, query: { limit: 10 }, throwOnError: true });
      return data.data.map(({ id }) => id);
    },
    async edit(prompt, files) {
      const { data } = await editImage({
        client,
        body: { prompt, n: 1, response_format: "url", image: files },
        throwOnError: true,
      });
      if (!("usage" in data)) throw new Error("no images");
      return data.data.flatMap((image) => image.url ?? []);
    },
  };
};
