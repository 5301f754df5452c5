/**
 * The models that the server lists. The last list is stored, so that the form is complete before the server answers.
 */

import type { Model } from "#shared/wire/models.ts";
import { language } from "#web/messages/index.ts";
import { isRecord } from "#web/storage/is-record.ts";
import { storedSignal } from "#web/storage/storage.ts";
import { call } from "./client.ts";

export const models = storedSignal<Model[]>({ name: "models", version: 1, read: readModels }, []);

/** @throws ApiError */
export async function loadModels(): Promise<void> {
  const { data } = await call<{ data: Model[] }>("/v1/models", { authorization: null });
  if (JSON.stringify(data) !== JSON.stringify(models.peek())) models.value = data;
}

/** The name to show; the id of a model that is not in the list. */
export function modelName(id: string): string {
  const name = models.value.find((model) => model.id === id)?.name ?? id;
  return language.value === "zh" ? inChinese(name) : name;
}

/** Dreamina's own models have Chinese names on its site; the names of others are the same everywhere. */
const inChinese = (name: string): string => name.replace(/^Image\b/, "图片").replace(/^Unnamed\b/, "未命名");

function readModels(stored: unknown): Model[] | undefined {
  if (!Array.isArray(stored)) return undefined;
  return stored.every((model) => isRecord(model) && isRecord(model.sizes)) ? (stored as Model[]) : undefined;
}
