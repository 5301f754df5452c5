// POST /mweb/v1/workspace/list and workspace/update. Every account has the default workspace only.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { literal, object, read } from "./shape.ts";
import type { World } from "./world.ts";

const defaultWorkspace = 0;
const noFields = object({}, {});
const updateBody = object({ workspace_id: literal(defaultWorkspace) }, {});

export function workspaces(world: World, { body }: Call): Answer {
  const outcome = read(noFields, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const data = { workspaces: [{ workspace_id: defaultWorkspace, name: "Default" }] };
  return accepted("mweb", data, world.clock.realMs());
}

export function updateWorkspace(world: World, { body }: Call): Answer {
  const outcome = read(updateBody, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  return accepted("mweb", {}, world.clock.realMs());
}

function invalid(world: World, detail: string): Answer {
  return refused("mweb", refusal("1000", detail), world.clock.realMs());
}
