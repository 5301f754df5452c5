// POST /mweb/v1/get_upload_token: keys for signing an upload, valid for about an hour of real time. Field names as
// clients read them in 2026; the formats of domain and times were never captured.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { literal, object, read } from "./shape.ts";
import { uploadKeys } from "./uploads.ts";
import type { World } from "./world.ts";

const msPerSecond = 1000;

/** Scene 2 is an image for generation; 1 is video and audio, which are uploaded elsewhere. */
const body = object({ scene: literal(2) }, {});

export function uploadToken(world: World, { account, facts, body: raw }: Call): Answer {
  const realMs = world.clock.realMs();
  const outcome = read(body, raw, "body");
  if (!outcome.ok) return refused("mweb", refusal("1000", outcome.problem), realMs);
  const expiresMs = realMs + world.settings.uploadTokenLifeSeconds * msPerSecond;
  const keys = uploadKeys({ uid: account.uid, cluster: account.cluster, expiresMs });
  const data = {
    access_key_id: keys.accessKeyId,
    secret_access_key: keys.secretAccessKey,
    session_token: keys.sessionToken,
    space_name: facts.service,
    service_id: facts.service,
    upload_domain: facts.imagexHosts[0],
    region: facts.cluster,
    current_time: new Date(realMs).toISOString(),
    expired_time: new Date(expiresMs).toISOString(),
  };
  return accepted("mweb", data, realMs);
}
