// An account's settings: POST /mweb/v1/update_settings and get_settings. Only one has an effect: without
// aigc_compliance_confirmed a submit is refused with 4010 (word `unconfirmed`).

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { flag, object, read } from "./shape.ts";
import type { World } from "./world.ts";

const updateBody = object(
  {
    custom_settings: object({}, { aigc_compliance_confirmed: flag, close_watermark: flag, work_sharing_allowed: flag }),
  },
  {},
);
const noFields = object({}, {});

export function updateSettings(world: World, { account, body }: Call): Answer {
  const outcome = read(updateBody, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  account.preferences = { ...account.preferences, ...outcome.value.custom_settings };
  return accepted("mweb", {}, world.clock.realMs());
}

export function getSettings(world: World, { account, body }: Call): Answer {
  const outcome = read(noFields, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  return accepted("mweb", { user_custom_settings: account.preferences }, world.clock.realMs());
}

function invalid(world: World, detail: string): Answer {
  return refused("mweb", refusal("1000", detail), world.clock.realMs());
}
