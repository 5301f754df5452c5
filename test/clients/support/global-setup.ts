/** Starts one product for all files of the project, because a start takes as long as twenty tests. */
import type { TestProject } from "vitest/node";
import { startProduct } from "./product.ts";

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { url, simulatorUrl, stop } = await startProduct();
  provide("product", { url, simulatorUrl });
  return stop;
}
