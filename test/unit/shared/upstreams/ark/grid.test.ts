/**
 * Every model on every cloud, in every resolution and ratio: the request to the API, and the paid calls for it, sent to
 * the simulated clouds, which refuse a call with anything wrong. The expectations are written here from the evidence,
 * not taken from the tables of the sources; every other combination must be refused before a call.
 */
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { resolveRequest } from "#api/request/image-request.ts";
import { AppError } from "#shared/errors.ts";
import { ratios } from "#shared/image-shape.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import { createArk } from "#shared/upstreams/ark/client.ts";
import type { CallEvent } from "#shared/upstreams/call-event.ts";
import type { CallInput, ImageCall } from "#shared/upstreams/image-call.ts";
import { defaultUpstreamConfig, describedModels } from "#shared/upstreams/index.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { createSimulator } from "#test/simulator/app.ts";
import { readImageHeader } from "#test/simulator/image-header.ts";
import { aCredential, anInput, everyOf } from "./support.ts";

const clouds = ["cn", "ap", "eu"] as const;
type Cloud = (typeof clouds)[number];

const allResolutions = ["1k", "1.5k", "2k", "3k", "4k"] as const;
const gridRatios = "1:1 4:3 3:4 16:9 9:16 3:2 2:3 21:9".split(" ");

/** Pixels by ratio, in this order. */
const sizes = {
  "1k": "1024x1024 1152x864 864x1152 1424x800 800x1424 1248x832 832x1248 1568x672",
  "1.5k": "1536x1536 1792x1344 1344x1792 2048x1152 1152x2048 1872x1248 1248x1872 2352x1008",
  "2k": "2048x2048 2368x1776 1776x2368 2816x1584 1584x2816 2496x1664 1664x2496 3136x1344",
  "2k of groups": "2048x2048 2304x1728 1728x2304 2848x1600 1600x2848 2496x1664 1664x2496 3136x1344",
  "3k": "3072x3072 3456x2592 2592x3456 4096x2304 2304x4096 3744x2496 2496x3744 4704x2016",
  "4k": "4096x4096 4704x3520 3520x4704 5504x3040 3040x5504 4992x3328 3328x4992 6240x2656",
};
type Tier = keyof typeof sizes;

type Row = {
  id: string;
  /** The id on each cloud that offers it. */
  cn?: string;
  ap?: string;
  eu?: string;
  tiers: Tier[];
  /** Whether one call makes all images. */
  isGroup: boolean;
  /** The first one is the default. */
  formats: ("png" | "jpeg")[];
  sendsFormat: boolean;
  sendsSeed: boolean;
  /** Exact sizes: taken, and just outside the range with the size that is made in place. */
  exact: string[];
  outside: [size: string, made: string][];
};

const single = {
  tiers: ["1k", "1.5k", "2k"] satisfies Tier[] as Tier[],
  isGroup: false,
  formats: ["jpeg", "png"] as Row["formats"],
  sendsFormat: true,
  sendsSeed: false,
  // 921,600 and 4,624,220 pixels; 16:1.
  exact: ["960x960", "3840x240", "240x3840", "1634x2830", "2830x1634"],
  outside: [
    ["959x960", "1024x1024"],
    ["3841x240", "1568x672"],
    ["1635x2830", "1584x2816"],
    ["2831x1634", "2816x1584"],
  ] as Row["outside"],
};
const fromLow = { exact: single.exact.slice(0, 3), outside: single.outside.slice(0, 2) };
const upToHigh = {
  // 16,777,216 pixels.
  exact: ["4096x4096", "8192x2048", "2048x8192"],
  outside: [
    ["4097x4096", "4096x4096"],
    ["8193x2048", "6240x2656"],
  ] as Row["outside"],
};
const group = {
  ...single,
  isGroup: true,
  tiers: ["2k of groups", "4k"] satisfies Tier[] as Tier[],
  formats: ["jpeg"] as Row["formats"],
  sendsFormat: false,
  // 3,686,400 pixels; 16:1.
  exact: ["1920x1920", "7680x480", "480x7680", ...upToHigh.exact],
  outside: [["1919x1920", "2048x2048"], ["7681x480", "3136x1344"], ...upToHigh.outside] as Row["outside"],
};
const everywhere = (id: string) => ({ cn: `doubao-${id}`, ap: `dola-${id}`, eu: `dola-${id}` });

const rows: Row[] = [
  { ...single, id: "seedream-5.5", ...everywhere("seedream-5-5-261028"), eu: undefined, formats: ["png", "jpeg"] },
  { ...single, id: "seedream-5.0-pro", ...everywhere("seedream-5-0-pro-260628") },
  { ...single, id: "seedream-5.0-flash", ...everywhere("seedream-5-0-flash-260915"), sendsSeed: true },
  {
    ...group,
    id: "seedream-5.0-lite",
    ap: "seedream-5-0-260128",
    tiers: ["2k of groups", "3k", "4k"],
    formats: ["jpeg", "png"],
    sendsFormat: true,
  },
  { ...group, id: "seedream-4.5", ap: "seedream-4-5-251128", eu: "seedream-4-5-251128" },
  {
    ...group,
    id: "seedream-4.0",
    ap: "seedream-4-0-250828",
    tiers: ["1k", "2k of groups", "4k"],
    exact: [...fromLow.exact, ...upToHigh.exact],
    outside: [...fromLow.outside, ...upToHigh.outside],
  },
];

const resolutionOf = (tier: Tier) => tier.split(" ")[0] ?? "";
const sizeAt = (tier: Tier, ratio: string) => sizes[tier].split(" ")[gridRatios.indexOf(ratio)] ?? "";
const tierAt = (row: Row, resolution: string) => row.tiers.find((tier) => resolutionOf(tier) === resolution);

type Body = Record<string, unknown>;

/** The checked request, or the refusal's code and field. */
function resolved(cloud: Cloud, body: Body, inputCount: number): TaskRequest | string {
  const parsed = imageRequestSchema.parse({ prompt: "a red fox", ...body });
  const credentials = [aCredential({ place: cloud, secret: `demo-key-${cloud}-simulator` })];
  try {
    const { request, parts } = resolveRequest(parsed, {
      credentials,
      upstreamConfig: defaultUpstreamConfig,
      randomSeed: 1,
      inputCount,
    });
    return parts.length === 1 ? request : `${parts.length} tasks`;
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.param}`;
    throw error;
  }
}

/** As the consumer makes them. */
function callsOf({ paid, model, prompt, seed }: TaskRequest, inputs: CallInput[]): ImageCall[] {
  if (paid === null) throw new Error("the request is not made by paid calls");
  return Array.from({ length: paid.calls }, (_, call) => ({
    model,
    prompt,
    size: paid.size,
    count: paid.imagesPerCall,
    seed: paid.sendsSeed ? (seed + call) % 2 ** 31 : null,
    watermark: paid.watermark,
    outputFormat: paid.outputFormat,
    inputs,
    clientRequestId: `imgtask_1-${call}-1`,
  }));
}

/** Reference images of different sizes. */
const files = await Promise.all(
  Array.from({ length: 14 }, async (_, at) => {
    const link = `http://127.0.0.1/_samples/${64 + at}x48.png`;
    return new Uint8Array(await (await createSimulator().fetch(link)).arrayBuffer());
  }),
);
const checksums = files.map((file) => crc32(file).toString(16).padStart(8, "0"));

/** Sends the calls of a request. */
async function played(cloud: Cloud, request: TaskRequest, inputCount = 0) {
  const simulator = createSimulator({ arkSeconds: 0, pictureDots: 8 });
  const sent: Body[] = [];
  const ark = createArk({
    now: Date.now,
    origin: undefined,
    async fetch(call) {
      if (call.method === "POST") sent.push((await call.clone().json()) as Body);
      return simulator.fetch(call);
    },
  });
  const key = aCredential({ place: cloud, secret: `demo-key-${cloud}-simulator` });
  const inputs = files.slice(0, inputCount).map((file) => anInput(file));
  const events: CallEvent[] = [];
  for (const call of callsOf(request, inputs)) {
    events.push(...(await everyOf(ark.generate(key, call, { deadlineMs: 60_000 }))));
  }
  return { ark, events, sent, ledger: simulator.state().ark.ledger };
}

async function playedBody(cloud: Cloud, body: Body, inputCount = 0) {
  const request = resolved(cloud, body, inputCount);
  if (typeof request === "string") throw new Error(request);
  return played(cloud, request, inputCount);
}

type Played = Awaited<ReturnType<typeof played>>;

const imagesIn = ({ events }: Played) => events.flatMap((event) => (event.kind === "image" ? [event.image] : []));

/** In one line: the id and the size, images that came, images that were charged, calls, mark, reference images. */
function line(run: Played): string {
  const problem = run.events.find((event) => "failure" in event);
  if (problem !== undefined && "failure" in problem) return `${problem.kind}: ${problem.failure.text}`;
  const images = imagesIn(run);
  const made = [...images.map(({ width, height }) => `${width}x${height}`), ...run.ledger.map(({ size }) => size)];
  const ids = run.ledger.map(({ model }) => model);
  const charged = run.ledger.reduce((sum, call) => sum + call.images, 0);
  const marks = run.ledger.map(({ watermarked }) => (watermarked ? "marked" : "plain"));
  const inputs = run.ledger.map((call) => (isInOrder(call.inputs) ? call.inputs.length : "mixed-up"));
  const once = (values: (string | number)[]) => [...new Set(values)].join(" or ");
  return `${once(ids)} ${once(made)} ${images.length}, paid ${charged} in ${run.ledger.length}, ${once(marks)}, from ${once(inputs)}`;
}
const isInOrder = (inputs: string[]) => inputs.every((checksum, at) => checksum === checksums[at]);

type Expected = { images?: number; calls?: number; inputs?: number; mark?: "plain" | "marked" };
const wanted = (id: string, size: string, { images = 1, calls = 1, inputs = 0, mark = "plain" }: Expected = {}) =>
  `${id} ${size} ${images}, paid ${images} in ${calls}, ${mark}, from ${inputs}`;

/** What comes of a request, in one line: the refusal before a call, or the calls. */
async function told(cloud: Cloud, body: Body, inputCount = 0): Promise<string> {
  const request = resolved(cloud, body, inputCount);
  return typeof request === "string" ? request : line(await played(cloud, request, inputCount));
}

const cells = allResolutions.flatMap((resolution) => gridRatios.map((ratio) => ({ resolution, ratio })));

/** Every cell of one model on one cloud, by name. */
async function grid(cell: (cell: (typeof cells)[number]) => string | Promise<string>) {
  const lines: Record<string, string> = {};
  for (const one of cells) lines[`${one.resolution} ${one.ratio}`] = await cell(one);
  return lines;
}

function expectedGrid(row: Row, id: string | undefined, inputs: number) {
  return grid(({ resolution, ratio }) => {
    if (id === undefined) return "model_not_available model";
    const tier = tierAt(row, resolution);
    return tier === undefined ? "invalid_value resolution" : wanted(id, sizeAt(tier, ratio), { inputs });
  });
}

const places = rows.flatMap((row) => clouds.map((cloud) => ({ row, model: row.id, cloud, id: row[cloud] })));
const homes = places.flatMap((place) => (place.id === undefined ? [] : [{ ...place, id: place.id }]));
const square = ({ tiers }: Row) => sizeAt(tiers.find((tier) => resolutionOf(tier) === "2k") ?? "2k", "1:1");
const tenCounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("the table", () => {
  it("the table has every model on exactly the clouds that offer it, and every ratio", () => {
    const described = describedModels().map(({ id, clouds: on }) => [
      id,
      Object.fromEntries(Object.entries(on).map(([cloud, { id: cloudId }]) => [cloud, cloudId])),
    ]);
    expect(rows.map(({ id, cn, ap, eu }) => [id, JSON.parse(JSON.stringify({ cn, ap, eu }))])).toEqual(described);
    expect(gridRatios.toSorted()).toEqual([...ratios].toSorted());
  });
});

describe("resolutions and ratios", () => {
  it.each(places)(
    "the model $model with a key of $cloud makes exactly the resolutions and ratios of the table",
    async ({ row, cloud, id }) => {
      const lines = await grid((cell) => told(cloud, { model: row.id, ...cell }));
      expect(lines).toEqual(await expectedGrid(row, id, 0));
    },
  );

  it.each(homes)(
    "the model $model with a key of $cloud makes the same resolutions and ratios from a reference image",
    async ({ row, cloud, id }) => {
      const lines = await grid((cell) => told(cloud, { model: row.id, ...cell }, 1));
      expect(lines).toEqual(await expectedGrid(row, id, 1));
    },
  );

  it.each(homes)(
    "the model $model with a key of $cloud makes one square image of 2k without further words",
    async ({ row, cloud, id }) => {
      expect(await told(cloud, { model: row.id })).toBe(wanted(id, square(row)));
    },
  );

  it.each(homes)(
    "the model $model with a key of $cloud chooses the ratio itself when it is sent a resolution alone",
    async ({ row, cloud }) => {
      for (const tier of row.tiers) {
        const resolution = resolutionOf(tier);
        const body = { model: row.id, resolution, ratio: "3:2", intelligent_ratio: true };
        const run = await playedBody(cloud, body);
        expect(run.sent[0]?.size).toBe(resolution.toUpperCase());
        const made = imagesIn(run).map(({ width, height }) => `${width}x${height}`);
        expect(made).toEqual([run.ledger[0]?.size]);
        expect(sizes[tier].split(" ")).toContain(made[0]);
      }
    },
  );
});

describe("exact sizes", () => {
  it.each(homes)(
    "the model $model with a key of $cloud makes exactly the requested size at both ends of its range",
    async ({ row, cloud, id }) => {
      for (const size of row.exact) expect(await told(cloud, { model: row.id, size })).toBe(wanted(id, size));
    },
  );

  it.each(homes)(
    "the model $model with a key of $cloud makes the nearest size of the table just outside its range",
    async ({ row, cloud, id }) => {
      for (const [size, made] of row.outside) {
        expect(await told(cloud, { model: row.id, size }), size).toBe(wanted(id, made));
      }
    },
  );
});

describe("numbers of images", () => {
  it.each(homes)(
    "the model $model with a key of $cloud makes 1 to 10 images, each paid once",
    async ({ row, cloud, id }) => {
      for (const n of tenCounts) {
        const made = wanted(id, square(row), { images: n, calls: row.isGroup ? 1 : n });
        expect(await told(cloud, { model: row.id, n }), `n ${n}`).toBe(made);
      }
    },
  );

  it.each(homes)("every image of a request for ten to $model with a key of $cloud has its own link", async (home) => {
    const links = imagesIn(await playedBody(home.cloud, { model: home.row.id, n: 10 })).map(({ url }) => url);
    expect(new Set(links).size).toBe(10);
  });
});

describe("reference images", () => {
  it.each(homes)(
    "the model $model with a key of $cloud makes an image from 1 to 10 reference images, in their order",
    async ({ row, cloud, id }) => {
      for (const inputs of tenCounts) {
        expect(await told(cloud, { model: row.id }, inputs)).toBe(wanted(id, square(row), { inputs }));
      }
    },
  );

  it.each(homes.filter(({ row }) => !row.isGroup))(
    "the model $model with a key of $cloud makes ten images from ten reference images, and takes no more of them",
    async ({ row, cloud, id }) => {
      const made = wanted(id, square(row), { images: 10, calls: 10, inputs: 10 });
      expect(await told(cloud, { model: row.id, n: 10 }, 10)).toBe(made);
      expect(await told(cloud, { model: row.id }, 11)).toBe("invalid_value images");
    },
  );

  it.each(homes.filter(({ row }) => row.isGroup))(
    "the model $model with a key of $cloud makes 15 reference images and images together, and no more",
    async ({ row, cloud, id }) => {
      const ask = (images: number, inputs: number) => told(cloud, { model: row.id, n: images }, inputs);
      for (const [images, inputs] of [
        [1, 14],
        [5, 10],
        [10, 5],
      ] as const) {
        expect(await ask(images, inputs)).toBe(wanted(id, square(row), { images, inputs }));
      }
      for (const [images, inputs] of [
        [2, 14],
        [6, 10],
        [5, 11],
        [10, 6],
      ] as const) {
        expect(await ask(images, inputs)).toBe("invalid_value n");
      }
      expect(await ask(1, 15)).toBe("invalid_value images");
    },
  );
});

/** Format of the first image's file, and the one that was sent. */
async function formatsOf(cloud: Cloud, body: Body) {
  const run = await playedBody(cloud, body);
  const image = await run.ark.download(imagesIn(run)[0]?.url ?? "");
  if (!image.ok) throw new Error(image.error.text);
  const header = readImageHeader(new Uint8Array(await image.value.arrayBuffer()));
  return { made: header?.format, sent: run.sent[0]?.output_format };
}

describe("formats", () => {
  it.each(homes)(
    "the model $model with a key of $cloud makes each of its formats, and its default without a request",
    async ({ row, cloud }) => {
      expect(await formatsOf(cloud, { model: row.id })).toEqual({ made: row.formats[0], sent: undefined });
      for (const format of row.formats) {
        const sent = row.sendsFormat ? format : undefined;
        expect(await formatsOf(cloud, { model: row.id, output_format: format })).toEqual({ made: format, sent });
      }
      const short = await formatsOf(cloud, { model: row.id, output_format: "jpg" });
      expect(short.made).toBe("jpeg");
    },
  );

  it.each(homes)("the model $model with a key of $cloud refuses formats that it does not make", async (home) => {
    for (const format of ["png", "jpeg", "webp"] as const) {
      if (home.row.formats.some((made) => made === format)) continue;
      const refused = await told(home.cloud, { model: home.row.id, output_format: format });
      expect(refused).toBe("invalid_value output_format");
    }
  });
});

describe("further fields", () => {
  it.each(homes)("a request to $model with a key of $cloud is marked only when it says so", async (home) => {
    const [model, size] = [home.row.id, square(home.row)];
    for (const watermark of [false, null]) {
      expect(await told(home.cloud, { model, watermark })).toBe(wanted(home.id, size));
    }
    expect(await told(home.cloud, { model, watermark: true })).toBe(wanted(home.id, size, { mark: "marked" }));
  });

  it.each(homes.filter(({ row }) => row.sendsSeed))(
    "the model $model with a key of $cloud is sent the seed, and the next one for each further image",
    async ({ row, cloud, id }) => {
      const seeds = async (body: Body) => (await playedBody(cloud, { model: row.id, ...body })).sent.map((s) => s.seed);
      expect(await seeds({ seed: 7, n: 3 })).toEqual([7, 8, 9]);
      expect(await seeds({ seed: 0 })).toEqual([0]);
      expect(await seeds({})).toEqual([undefined]);
      for (const seed of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
        const made = wanted(id, square(row), { images: 2, calls: 2 });
        expect(await told(cloud, { model: row.id, seed, n: 2 })).toBe(made);
      }
    },
  );

  it.each(homes)("a random seed is not sent to $model with a key of $cloud", async ({ row, cloud, id }) => {
    for (const seed of [-1, null]) {
      const run = await playedBody(cloud, { model: row.id, seed });
      expect(run.sent[0]).not.toHaveProperty("seed");
      expect(line(run)).toBe(wanted(id, square(row)));
    }
  });

  it.each(homes)(
    "fields that $model has no place for are refused before a call with a key of $cloud",
    async ({ row, cloud, id }) => {
      const ask = (body: Body) => told(cloud, { model: row.id, ...body });
      expect(await ask({ negative_prompt: "a cat" })).toBe("invalid_value negative_prompt");
      expect(await ask({ sample_strength: 0.5 })).toBe("invalid_value sample_strength");
      if (!row.sendsSeed) expect(await ask({ seed: 7 })).toBe("invalid_value seed");
      expect(await ask({ negative_prompt: " ", sample_strength: null })).toBe(wanted(id, square(row)));
    },
  );
});

describe("names of other services", () => {
  const siteNames = {
    "dreamina-5.0-pro": "seedream-5.0-pro",
    "dreamina-5.0-flash": "seedream-5.0-flash",
    "dreamina-5.0": "seedream-5.0-lite",
    "dreamina-5.0-lite": "seedream-5.0-lite",
    "dreamina-4.7": "seedream-4.5",
    "dreamina-4.6": "seedream-4.5",
    "dreamina-4.5": "seedream-4.5",
    "dreamina-4.1": "seedream-4.0",
    "dreamina-4.0": "seedream-4.0",
  };
  const withoutModel = ["dreamina-3.0", "nanobanana", "dreamina-gpt-image-2", "gpt-4o", "seedance-1-0-pro-250528"];
  const defaults = { cn: "seedream-5.0-flash", ap: "seedream-4.5", eu: "seedream-4.5" };
  const openAiNames = ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "dall-e-2", "dall-e-3"];

  function madeBy(model: string, cloud: Cloud): string {
    const row = rows.find(({ id }) => id === model);
    const id = row?.[cloud];
    return row === undefined || id === undefined ? "model_not_available model" : wanted(id, square(row));
  }

  it.each(clouds)("Dreamina's names with a key of %s make the nearest model that the cloud has", async (cloud) => {
    for (const [name, model] of Object.entries(siteNames)) {
      for (const spelled of [name, name.replace("dreamina", "jimeng")]) {
        expect(await told(cloud, { model: spelled }), spelled).toBe(madeBy(model, cloud));
      }
    }
  });

  it.each(clouds)("OpenAI's names and none at all with a key of %s make the cloud's default model", async (cloud) => {
    for (const model of [...openAiNames, null]) {
      expect(await told(cloud, { model }), String(model)).toBe(madeBy(defaults[cloud], cloud));
    }
  });

  it.each(clouds)("a name that no cloud has is refused before a call with a key of %s", async (cloud) => {
    for (const model of withoutModel) expect(await told(cloud, { model })).toBe("model_not_available model");
  });

  it.each(clouds)("an endpoint of an account makes every ratio in 2k with a key of %s", async (cloud) => {
    const model = "ep-20261128120000-ab1cd";
    for (const ratio of gridRatios) {
      // The simulated endpoint is one of flash.
      const made = wanted(rows[2]?.[cloud] ?? "", sizeAt("2k", ratio), { images: 2, calls: 2, inputs: 1 });
      expect(await told(cloud, { model, ratio, n: 2 }, 1)).toBe(made);
    }
  });

  it.each([
    ["cn", "doubao-seedream-4-5-251128"],
    ["eu", "seedream-4-0-250828"],
    ["ap", "seedream-9-9-991231"],
  ] as const)("the cloud %s refuses the retired or unknown id %s, and nothing is charged", async (cloud, model) => {
    const { events, ledger } = await playedBody(cloud, { model });
    expect(events).toMatchObject([{ kind: "refused", failure: { error: { code: "model_not_available" } } }]);
    expect(ledger).toEqual([]);
  });
});
