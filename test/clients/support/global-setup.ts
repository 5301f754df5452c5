/** One product for every file of the project: each start costs as much as twenty of its tests. */
import type { TestProject } from "vitest/node";
import { startProduct } from "./product.ts";

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { url, simulatorUrl, stop } = await startProduct();
  provide("product", { url, simulatorUrl });
  return stop;
}
