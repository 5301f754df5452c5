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

/** Whether only keys of a cloud can use a model. */
export const isCloudModel = (id: string): boolean =>
  models.value.find((model) => model.id === id)?.regions.length === 0;

/** Whether a model refuses a field, because it has no place for it. */
export const hasNoPlaceFor = (id: string, field: string): boolean =>
  models.value.find((model) => model.id === id)?.without_place_for?.includes(field) ?? false;

/** Dreamina's own models have Chinese names on its site; the names of others are the same everywhere. */
const inChinese = (name: string): string => name.replace(/^Image\b/, "图片").replace(/^Unnamed\b/, "未命名");

function readModels(stored: unknown): Model[] | undefined {
  if (!Array.isArray(stored)) return undefined;
  const isModel = (model: unknown) => isRecord(model) && isRecord(model.sizes);
  // A list that an earlier page stored has no clouds.
  return stored.every(isModel)
    ? (stored as Model[]).map((model) => ({ ...model, clouds: model.clouds ?? [] }))
    : undefined;
}
