// POST /mweb/v1/algo_proxy, called on CN after an upload: checks the image for faces and protected works. The simulator
// does not look at the image; it refuses every image of a `picky` account.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { flag, list, literal, object, read, text } from "./shape.ts";
import type { World } from "./world.ts";

const maxFiles = 20;
const body = object(
  {
    scene: literal("image_face_ip"),
    options: object({ ip_check: flag }, {}),
    req_key: literal("benchmark_test_user_upload_image_input"),
    file_list: list(object({ file_uri: text }, {}), { min: 1, max: maxFiles }),
    req_params: object({}, {}),
  },
  {},
);

export function contentCheck(world: World, { account, body: raw }: Call): Answer {
  const realMs = world.clock.realMs();
  const outcome = read(body, raw, "body");
  if (!outcome.ok) return refused("mweb", refusal("1000", outcome.problem), realMs);
  for (const { file_uri } of outcome.value.file_list) {
    const upload = world.uploads.byUri(file_uri);
    if (!upload?.isCommitted || upload.session !== account.session)
      return refused("mweb", refusal("3020", `${file_uri} is not an upload of this account`), realMs);
  }
  if (account.scenario === "picky") return refused("mweb", refusal("2003"), realMs);
  return accepted("mweb", {}, realMs);
}
