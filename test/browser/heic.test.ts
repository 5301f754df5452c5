/** The decoder for HEIC photos: loaded with the first one, under a policy of its own, and again after a failure. */
import path from "node:path";
import { expect, it } from "vitest";
import { filesIn } from "#scripts/page/folders.ts";
import { eventually } from "./support/eventually.ts";
import { brokenOff } from "./support/faults.ts";
import { product } from "./support/product.ts";
import { images, namesIn } from "./support/reference-images.ts";

const here = product();
const built = path.resolve(import.meta.dirname, "../../workers/web/dist/heic");
const photo = path.join(import.meta.dirname, "../fixtures/files/tiles.heic");

const policyOf = (answer: Response): string => answer.headers.get("content-security-policy") ?? "";

it("only the decoder's files may compile WebAssembly; the page's policy allows one kind of script URL and nothing more", async () => {
  const files = filesIn(built);
  expect(files.map((file) => file.replace(/-[\w-]{8}\./, "."))).toEqual([
    "LICENSE.txt",
    "README.txt",
    "libheif.js",
    "libheif.wasm",
    "worker.js",
  ]);
  for (const file of files) {
    const answer = await fetch(`${here.url}/heic/${file}`);
    expect(policyOf(answer)).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  }
  const policy = policyOf(await fetch(here.url));
  expect(policy).toMatch(/; script-src 'self';.*; require-trusted-types-for 'script'; trusted-types heic share$/);
  expect(policy).not.toContain("wasm");
});

it("it is loaded with the first photo; when that fails, the page says so, and trying again adds the photo", async () => {
  const page = await here.visit("us-demo-us-heic", { expecting: [brokenOff] });
  const requested: string[] = [];
  page.context().on("request", (request) => requested.push(new URL(request.url()).pathname));
  await page.getByRole("radio", { name: "From images" }).check();
  expect(requested.filter((one) => one.startsWith("/heic/"))).toEqual([]);

  await page.context().setOffline(true);
  await page.locator("input[type=file]").setInputFiles(photo);
  await page.getByRole("status").filter({ hasText: "could not be loaded" }).filter({ hasText: "tiles.heic" }).waitFor();
  expect(await namesIn(page)).toEqual([]);

  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await eventually(() => namesIn(page)).toEqual(["tiles.heic"]);
  const size = await images(page)
    .locator("img")
    .evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    });
  expect(size).toEqual([64, 96]);
});
