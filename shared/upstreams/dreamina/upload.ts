/**
 * Uploads a reference image: a token, an upload target, the bytes, a commit, and in China a content check. The stream
 * of bytes is opened only once the target is known. Uploads cost nothing; a repeated upload only stores the image
 * twice.
 */
import * as z from "zod";
import { err, ok, type Result } from "#shared/result.ts";
import type { UploadedImage, UploadFile } from "#shared/upstreams/connection.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { noAnswer, redactSession } from "./errors.ts";
import { applyForUpload, commit, type ImageService, type ServiceKeys, sendBytes } from "./imagex.ts";
import { call, type Transport } from "./request.ts";
import { formatSession, type Session } from "./session.ts";

type Answer<T> = Promise<Result<T, UpstreamFailure>>;

/** Uploads with a token per session, which lives about an hour and is reused until an upload fails. */
export function createUploader(transport: Transport): (session: Session, file: UploadFile) => Answer<UploadedImage> {
  const tokens = new Map<string, Answer<ServiceKeys>>();

  return async (session, file) => {
    const name = formatSession(session);
    const asked = tokens.get(name) ?? fetchToken(transport, session);
    tokens.set(name, asked);
    const token = await asked;
    const image = token.ok
      ? await store({ transport, region: transport.config.regions[session.region], keys: token.value }, file)
      : token;
    if (!image.ok) {
      tokens.delete(name);
      return err(redactSession(session.sessionId, image.error));
    }
    const refused = await contentRefusal(transport, session, image.value.uri);
    return refused === null ? image : err(redactSession(session.sessionId, refused));
  };
}

const tokenSchema = z.object({
  access_key_id: z.string().min(1),
  secret_access_key: z.string().min(1),
  session_token: z.string().min(1),
  service_id: z.string().nullish().catch(null),
  space_name: z.string().nullish().catch(null),
});

/** Scene 2 is an image; 1 would be video. */
async function fetchToken(transport: Transport, session: Session): Answer<ServiceKeys> {
  const path = "/mweb/v1/get_upload_token";
  const answer = await call(transport, { session, path, query: {}, body: { scene: 2 } });
  if (!answer.ok) return answer;
  const token = tokenSchema.safeParse(answer.value);
  if (!token.success) return err(noAnswer("upstream_changed", "the upload token lacks its keys"));
  const { access_key_id, secret_access_key, session_token } = token.data;
  const region = transport.config.regions[session.region];
  return ok({
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    sessionToken: session_token,
    region: region.signingRegion,
    serviceId: token.data[region.serviceIdField] || region.imagexServiceId,
  });
}

async function store(at: ImageService, file: UploadFile): Answer<UploadedImage> {
  const image = await storeStepwise(at, file);
  // The answer to a refused signature repeats the signed text, which contains the token.
  return image.ok ? image : err(redactSession(at.keys.sessionToken, image.error));
}

async function storeStepwise(at: ImageService, file: UploadFile): Answer<UploadedImage> {
  const place = await applyForUpload(at, file.bytes);
  if (!place.ok) return place;
  const sent = await sendBytes(at, place.value, file);
  return sent.ok ? commit(at, place.value) : sent;
}

/** The code of a refused image; other clients ignore every other code of the check. */
const refusedImage = "2003";

/**
 * The page's content check of a new upload. Null: not refused.
 *
 * `/mweb/v1/execute_generate_audit` with `material_list` (`material_type` 1 and `uri` for an image) is another free
 * check, of all inputs before a submit. It is not called: its scene and its answer are in no known source (one client's
 * tests, another's catalogue, 2026-10), and a misread answer would refuse good images.
 */
async function contentRefusal(transport: Transport, session: Session, uri: string): Promise<UpstreamFailure | null> {
  if (!transport.config.regions[session.region].checksUploads) return null;
  const about = {
    scenario: "image_video_generation",
    feature_key: "aigc_to_image",
    feature_entrance: "to-generate",
    feature_entrance_detail: "to-generate-algo_proxy",
  };
  const answer = await call(transport, {
    session,
    path: "/mweb/v1/algo_proxy",
    query: { babi_param: JSON.stringify(about) },
    body: {
      scene: "image_face_ip",
      options: { ip_check: true },
      req_key: "benchmark_test_user_upload_image_input",
      file_list: [{ file_uri: uri }],
      req_params: {},
    },
  });
  return !answer.ok && answer.error.error.upstream?.ret === refusedImage ? answer.error : null;
}
