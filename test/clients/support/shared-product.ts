/** The product that all files of clients share. Each test uses sessions and prompts of its own. */
import { inject } from "vitest";
import { type Product, productAt } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext {
    product: { url: string; simulatorUrl: string };
  }
}

export const sharedProduct = (): Omit<Product, "stop"> => productAt(inject("product"));
