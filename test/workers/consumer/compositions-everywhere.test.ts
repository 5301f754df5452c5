/**
 * Compositions from start to end, in every form of reference image and every region: the right bytes, in the right
 * order.
 */
import { expect, it } from "vitest";
import { anImage, base64Of, compositionsPath, serve } from "#test/workers/support/compositions.ts";
import { call, setStage } from "#test/workers/support/stage.ts";

const first = anImage(3_000, 1);
const second = anImage(2_000, 2);
const both = [first, second];
const address = { first: "https://pics.example.com/first.png", second: "https://pics.example.com/second.png" };
const dataUrl = (bytes: Uint8Array<ArrayBuffer>) => `data:image/png;base64,${base64Of(bytes)}`;

const json = (fields: object) => JSON.stringify({ prompt: "make it night", resolution: "1k", ...fields });
function form(files: [name: string, bytes: Uint8Array<ArrayBuffer>][]): FormData {
  const body = new FormData();
  body.append("prompt", "make it night");
  for (const [name, bytes] of files) body.append(name, new Blob([bytes]), "a.png");
  body.append("resolution", "1k");
  return body;
}

type Sent = { body: string | FormData; inputs: Uint8Array[] };
const forms: Record<string, () => Sent> = {
  "an address": () => ({ body: json({ images: [address.first] }), inputs: [first] }),
  "{url}": () => ({ body: json({ images: [{ url: address.first }, { url: address.second }] }), inputs: both }),
  "{image_url}": () => ({ body: json({ image: { image_url: address.first } }), inputs: [first] }),
  "{image_url: {url}}": () => ({ body: json({ images: [{ image_url: { url: address.second } }] }), inputs: [second] }),
  "a data-URL": () => ({ body: json({ image: dataUrl(first) }), inputs: [first] }),
  "bare base64": () => ({ body: json({ images: [base64Of(second), base64Of(first)] }), inputs: [second, first] }),
  "one file": () => ({ body: form([["image", first]]), inputs: [first] }),
  "several files": () => ({
    body: form([
      ["images[]", second],
      ["images[]", first],
    ]),
    inputs: [second, first],
  }),
  "a file and an address": () => {
    const body = form([["image", first]]);
    body.append("image", address.second);
    return { body, inputs: both };
  },
};
const sessions = { cn: "demo-cn-e", us: "us-demo-us-e", hk: "hk-demo-sg-e", jp: "jp-demo-sg-f", sg: "sg-demo-sg-g" };

/** Forms do not depend on regions: each form once, and each region once. */
const cells = [
  ...Object.keys(forms).map((form) => ({ form, region: "cn" as const })),
  ...(["us", "hk", "jp", "sg"] as const).map((region) => ({ form: "a file and an address", region })),
];

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

it.each(cells)(
  "the upstream of $region receives the right images in the right order, sent as $form",
  async ({ region, form }) => {
    const stage = setStage();
    const session = sessions[region];
    serve(stage, { [address.first]: first, [address.second]: second });
    const { body, inputs } = (forms[form] as () => Sent)();
    const type: Record<string, string> = typeof body === "string" ? { "content-type": "application/json" } : {};

    const answer = await call(compositionsPath, { method: "POST", headers: { authorization: session, ...type }, body });
    const { id, input_images } = (await answer.json()) as { id: string; input_images: number };
    expect(input_images).toBe(inputs.length);

    expect(await stage.end(id, session)).toMatchObject({ status: "completed", partial: false });
    const [job] = stage.jobs();
    expect(job?.inputs.map((input) => input.sha256)).toEqual(await Promise.all(inputs.map(sha256)));
  },
);
