/** The product shared by all files of this project. Each test uses its own sessions and prompts. */
import { inject } from "vitest";
import { type Product, productAt } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext {
    product: { url: string; simulatorUrl: string };
  }
}

export const sharedProduct = (): Omit<Product, "stop"> => productAt(inject("product"));
