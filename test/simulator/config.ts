// POST /mweb/v1/get_common_config: the models of the cluster, as the upstream's page reads them. Fields as clients of
// CN and the international sites read them in 2026-09 and 2026-10; the numbers come from models.ts.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { type Model, models, ratioCodes, sizeOf } from "./models.ts";
import type { Cluster } from "./region.ts";
import { flag, object, read } from "./shape.ts";
import type { World } from "./world.ts";

const body = object({}, { is_client_filter: flag, need_beta_model: flag });

export function config(world: World, { body: raw, facts }: Call): Answer {
  const realMs = world.clock.realMs();
  const outcome = read(body, raw, "body");
  if (!outcome.ok) return refused("mweb", refusal("1000", outcome.problem), realMs);
  const here = models.filter(({ clusters }) => clusters.includes(facts.cluster));
  return accepted("mweb", { model_list: here.map((model) => modelEntry(model, facts.cluster)) }, realMs);
}

const sampleSteps = 25;

function modelEntry(model: Model, cluster: Cluster) {
  const [firstResolution] = model.listedResolutions;
  const defaultResolution = model.listedResolutions.find((resolution) => resolution === "2k") ?? firstResolution;
  return {
    model_req_key: model.key,
    model_name: model.name,
    model_tip: "",
    is_new_model: false,
    feats: ["t2i", "byte_edit"],
    ...(model.counts && {
      generate_count_options: model.counts,
      default_generate_count: model.defaultCount,
    }),
    resolution_map: Object.fromEntries(
      model.listedResolutions.map((resolution) => [
        resolution,
        {
          resolution_name: resolution.toUpperCase(),
          image_ratio_sizes: ratioCodes.map((ratioCode) => ({
            ratio_type: ratioCode,
            ...sizeOf(model, cluster, { resolution, ratioCode }),
          })),
          image_range_config: {},
        },
      ]),
    ),
    default_resolution_type: defaultResolution,
    input_image_limit: [{ ability_name: "byte_edit", max_image_num: model.maxInputs }],
    sample_steps: sampleSteps,
    commercial_config: {
      image_model_commerce_config: {
        base: { default: { benefit_type: `image_basic_${model.key}_${defaultResolution}` } },
      },
    },
  };
}
