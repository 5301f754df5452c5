// One valid call of each kind, for tests to change. Written from the protocol, independent of the code of the simulator
// and of the client.

import { createHash, randomUUID } from "node:crypto";
import { createSimulator, type Simulator, type SimulatorOptions } from "#test/simulator/app.ts";

type Json = Record<string, unknown>;

/** The fields of a record that tests read by name. */
export type JobRecord = {
  history_record_id: string;
  submit_id: string;
  status: number;
  created_time: number;
  finish_time: number;
  forecast_generate_cost: number;
  fail_starling_key: string;
  failed_item_list: unknown[];
  task: { task_id: string; history_id: string; status: number };
  item_list: { common_attr: { cover_url: string }; image: { large_images: { image_url: string }[] } }[];
};
type Records = Record<string, JobRecord>;
type Submitted = { aigc_data: JobRecord };

/** @typeParam Data the data of an accepted answer. */
export type Envelope<Data> = { ret: string; errmsg: string; data: Data };

const clusters = {
  cn: {
    mweb: "jimeng.jianying.com",
    commerce: "jimeng.jianying.com",
    aid: 513695,
    region: "cn",
    webId: "7500000000000000001",
  },
  us: { mweb: "dreamina-api.us.capcut.com", commerce: "commerce.us.capcut.com", aid: 513641, region: "US", webId: "" },
  sg: { mweb: "mweb-api-sg.capcut.com", commerce: "commerce-api-sg.capcut.com", aid: 513641, region: "SG", webId: "" },
} as const;
export type Cluster = keyof typeof clusters;

/** 2026-11-22 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 22, 12);

/** A simulator whose clock is stopped; `moveClock` advances it. */
export function frozen(options: SimulatorOptions = {}): Simulator {
  return createSimulator({ speed: 0, now: () => noon, ...options });
}

export const paths = {
  submit: "/mweb/v1/aigc_draft/generate",
  history: "/mweb/v1/get_history_by_ids",
  queue: "/mweb/v1/get_history_queue_info",
  credits: "/commerce/v1/benefits/user_credit",
  ledger: "/commerce/v1/benefits/user_credit_history",
  claim: "/commerce/v1/benefits/credit_receive",
  cancel: "/mweb/v1/aigc_draft/cancel_generate",
};

export type Parts = {
  origin: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
};

export function aCall(cluster: Cluster, session: string, path: string, body: unknown): Parts {
  const { mweb, commerce, aid, region, webId } = clusters[cluster];
  const time = String(Math.floor(noon / 1000));
  const isCommerce = path.startsWith("/commerce/");
  const sign = createHash("md5")
    .update(`9e2c|${path.slice(-7)}|7|8.4.0|${time}||11ac`)
    .digest("hex");
  const query: Record<string, string> = {
    aid: String(aid),
    device_platform: "web",
    region,
    ...(webId && { webId }),
    da_version: "3.3.28",
    web_version: "7.5.0",
    aigc_features: "app_lip_sync",
  };
  return {
    origin: `https://${isCommerce ? commerce : mweb}`,
    path,
    query: isCommerce ? {} : query,
    headers: {
      appid: String(aid),
      appvr: "8.4.0",
      pf: "7",
      "device-time": time,
      sign,
      "sign-ver": "1",
      tdid: "",
      "content-type": "application/json",
      cookie: `_tea_web_id=${webId}; sessionid=${session}; sessionid_ss=${session}`,
    },
    body,
  };
}

export type SubmitOptions = {
  cluster?: Cluster;
  session?: string;
  prompt?: string;
  model?: string;
  ratio?: number;
  resolution?: string;
  submitId?: string;
  count?: number;
  /** Uris of uploaded reference images. */
  inputs?: string[];
};

export function aDraft(options: SubmitOptions = {}) {
  const id = randomUUID();
  const named = () => ({ type: "", id: randomUUID() });
  const coreParam = {
    ...named(),
    model: options.model ?? "high_aes_general_v40l",
    prompt: options.prompt ?? "a red fox",
    negative_prompt: "",
    seed: 2_512_345_678,
    sample_strength: 0.5,
    image_ratio: options.ratio ?? 1,
    large_image_info: { ...named(), height: 2048, width: 2048, resolution_type: options.resolution ?? "2k" },
    intelligent_ratio: false,
    generate_type: 0,
  };
  const subject = options.inputs
    ? { blend: { ...named(), core_param: coreParam, ...blendOf(options.inputs.map((uri) => [uri])) } }
    : { generate: { ...named(), core_param: coreParam } };
  return {
    type: "draft",
    id: randomUUID(),
    min_version: "3.0.2",
    min_features: [],
    is_from_tsn: true,
    version: "3.3.28",
    main_component_id: id,
    component_list: [
      {
        type: "image_base_component",
        id,
        min_version: "3.0.2",
        aigc_mode: "workbench",
        metadata: {
          ...named(),
          created_platform: 3,
          created_platform_version: "",
          created_time_in_ms: String(noon),
          created_did: "",
        },
        generate_type: options.inputs ? "blend" : "generate",
        abilities: {
          ...named(),
          ...subject,
          gen_option: { ...named(), generate_all: false, ...(options.count && { gen_count: options.count }) },
        },
      },
    ],
  };
}

/** The reference images of a blend; each entry is an ability with its uris. */
export function blendOf(abilities: string[][]) {
  const named = () => ({ type: "", id: randomUUID() });
  return {
    ability_list: abilities.map((uris) => ({
      ...named(),
      name: "byte_edit",
      image_uri_list: uris,
      image_list: uris.map((uri) => ({
        type: "image",
        id: randomUUID(),
        source_from: "upload",
        platform_type: 1,
        name: "",
        image_uri: uri,
        width: 0,
        height: 0,
        format: "",
        uri,
      })),
      strength: 0.5,
    })),
    prompt_placeholder_info_list: abilities.map((_, index) => ({ ...named(), ability_index: index })),
    postedit_param: { ...named(), generate_type: 0 },
  };
}

export function aSubmit(options: SubmitOptions = {}, draft: unknown = aDraft(options)): Parts & { body: Json } {
  const cluster = options.cluster ?? "sg";
  const body = {
    extend: { root_model: options.model ?? "high_aes_general_v40l", workspace_id: 0 },
    submit_id: options.submitId ?? randomUUID(),
    metrics_extra: JSON.stringify({ promptSource: "custom", sceneOptions: "[]" }),
    draft_content: JSON.stringify(draft),
    http_common_info: { aid: clusters[cluster].aid },
  };
  return { ...aCall(cluster, options.session ?? `demo-${cluster}`, paths.submit, body), body };
}

export function requestOf({ origin, path, query, headers, body }: Parts): Request {
  const search = new URLSearchParams(query).toString();
  return new Request(`${origin}${path}${search ? `?${search}` : ""}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
}

export async function send<Data = unknown>(simulator: Pick<Simulator, "fetch">, parts: Parts): Promise<Envelope<Data>> {
  const response = await simulator.fetch(requestOf(parts));
  return (await response.json()) as Envelope<Data>;
}

export async function submitOk(simulator: Simulator, options: SubmitOptions = {}): Promise<JobRecord> {
  const { ret, errmsg, data } = await send<Submitted>(simulator, aSubmit(options));
  if (ret !== "0") throw new Error(`${ret} ${errmsg}`);
  return data.aigc_data;
}

export async function lookUp(
  simulator: Simulator,
  body: { submit_ids?: string[]; history_ids?: string[] },
  { cluster = "sg", session = `demo-${cluster}` }: { cluster?: Cluster; session?: string } = {},
): Promise<Records> {
  const { ret, errmsg, data } = await send<Records>(simulator, aCall(cluster, session, paths.history, body));
  if (ret !== "0") throw new Error(`${ret} ${errmsg}`);
  return data;
}

/** Undefined at runtime when the record is missing; the type says otherwise for the sake of the tests. */
export async function recordOf(simulator: Simulator, submitId: string, where = {}): Promise<JobRecord> {
  const records = await lookUp(simulator, { submit_ids: [submitId] }, where);
  return records[submitId] as JobRecord;
}

/** Submits, advances the clock and looks up the job by submit id. */
export async function recordAfter(simulator: Simulator, options: SubmitOptions, seconds: number): Promise<JobRecord> {
  const submitId = options.submitId ?? randomUUID();
  await submitOk(simulator, { ...options, submitId });
  simulator.moveClock({ advanceSeconds: seconds });
  const where = {
    ...(options.cluster && { cluster: options.cluster }),
    ...(options.session && { session: options.session }),
  };
  return recordOf(simulator, submitId, where);
}

export function linksOf(record: JobRecord): string[] {
  return record.item_list.flatMap(({ image }) => image.large_images.map(({ image_url }) => image_url));
}

/** Sets a field by its path (`a.0.b`); undefined removes it from the JSON. */
export function setField(target: object, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop() ?? "";
  const holder = names.reduce((inner, name) => (inner as Record<string, Json>)[name] ?? {}, target as Json);
  holder[last] = value;
}
