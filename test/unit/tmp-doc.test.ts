import { writeFileSync } from "node:fs";
import { it } from "vitest";
import app from "#api/index.ts";

it("x", async () => {
  const env = { SECRET_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" };
  const answer = await app.request("http://x.test/openapi.json", {}, env);
  writeFileSync(process.env.DOC_OUT ?? "/tmp/doc.json", JSON.stringify(await answer.json(), null, 1));
});
