/** A program with `openapi-fetch` and the types that `openapi-typescript` generates from the API's OpenAPI document. */
import createClient from "openapi-fetch";
import type { ClientAt } from "./client.ts";
import type { paths } from "./dist/openapi-typescript.ts";

export const clientAt: ClientAt = (url, session) => {
  const api = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${session}` } });
  return {
    async submit(prompt) {
      const params = { header: { prefer: "respond-async" } };
      const body = { prompt, n: 1, ratio: "16:9" } as const;
      const { data, error } = await api.POST("/v1/images/generations", { params, body });
      if (data === undefined) throw new Error(error.error.message);
      if (!("poll_url" in data)) throw new Error("no task");
      return data.id;
    },
    async poll(id) {
      const { data, error } = await api.GET("/v1/images/tasks/{id}", { params: { path: { id } } });
      if (data === undefined) throw new Error(error.error.message);
      return { status: data.status, links: data.images ?? [] };
    },
    async list() {
      const { data, error } = await api.GET("/v1/images/tasks", { params: { query: { limit: 10 } } });
      if (data === undefined) throw new Error(error.error.message);
      return data.data.map(({ id }) => id);
    },
    async edit(prompt, files) {
      const body = { prompt, n: 1, response_format: "url", image: files } as const;
      const { data, error } = await api.POST("/v1/images/edits", { body, bodySerializer: formOf });
      if (data === undefined) throw new Error(error.error.message);
      if (!("usage" in data)) throw new Error("no images");
      return data.data.flatMap((image) => image.url ?? []);
    },
  };
};

/** Serializes a form, which the package leaves to its user. */
function formOf(fields: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(name, one instanceof Blob ? one : String(one));
  }
  return form;
}
