/**
 * The calls of the upstream: submit, continue, cancel and poll jobs; upload and download images; read the account's
 * credits. Makes no decision and no retry.
 */

import { err, ok, type Result } from "#shared/result.ts";
import type { UploadedImage, UploadFile } from "#shared/upstreams/connection.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { type Balance, type Claim, readBalance, readClaim } from "./credits.ts";
import { continueBody, type ImageJob, submitBody } from "./draft.ts";
import { noAnswer, redactSession } from "./errors.ts";
import { recordsIn } from "./find-records.ts";
import { type Accepted, type JobState, readAccepted, readRecord } from "./history.ts";
import { maxLoggedCharacters } from "./limits.ts";
import { call, callCommerce, type Transport } from "./request.ts";
import type { Session } from "./session.ts";
import { checkSession, type SessionCheck } from "./session-check.ts";
import { createUploader } from "./upload.ts";

/** One job's record, or that it could not be read. */
export type PolledJob = Result<JobState, UpstreamFailure>;

/** `asked`: the number of images requested of the job; null: unknown. */
export type JobToPoll = { submitId: string; asked: number | null };

export type Upstream = {
  /** One attempt. `answered: false` in the failure: the job may exist, so poll before the next attempt. */
  submit(session: Session, job: ImageJob): Promise<Result<Accepted, UpstreamFailure>>;
  /** Requests the images beyond the first four of a job that stopped there. They appear in the same record. */
  continueJob(session: Session, job: ImageJob, historyId: string): Promise<Result<Accepted, UpstreamFailure>>;
  /** The states of several jobs of one session, in one call. Jobs the upstream does not know (yet) are missing. */
  poll(session: Session, jobs: JobToPoll[]): Promise<Result<Map<string, PolledJob>, UpstreamFailure>>;
  /**
   * Success means only that the request was received; poll the job for the outcome. Seen live for queued videos
   * (2026-03).
   */
  cancel(session: Session, historyId: string): Promise<Result<null, UpstreamFailure>>;
  /** A reference image for jobs on this session's cluster. `callsPerUpload` calls at most. */
  upload(session: Session, file: UploadFile): Promise<Result<UploadedImage, UpstreamFailure>>;
  /** The image behind a link from `poll`, as a stream. Sent without cookies. */
  download(url: string, signal?: AbortSignal): Promise<Result<Response, UpstreamFailure>>;
  balance(session: Session): Promise<Result<Balance, UpstreamFailure>>;
  /** Claims the daily credits; 0 for those claimed before. International sites refuse this as abuse (2026-10). */
  claim(session: Session): Promise<Result<Claim, UpstreamFailure>>;
  /** Three calls at most. */
  checkSession(session: Session): Promise<SessionCheck>;
};

const paths = {
  generate: "/mweb/v1/aigc_draft/generate",
  cancel: "/mweb/v1/aigc_draft/cancel_generate",
  history: "/mweb/v1/get_history_by_ids",
  balance: "/commerce/v1/benefits/user_credit",
  claim: "/commerce/v1/benefits/credit_receive",
};

export function createUpstream(transport: Transport): Upstream {
  async function generate(session: Session, body: unknown): Promise<Result<Accepted, UpstreamFailure>> {
    const query = { os: "windows", web_component_open_flag: "1", commerce_with_input_video: "1" };
    const answer = await call(transport, { session, path: paths.generate, query, body });
    return answer.ok ? ok(readAccepted(answer.value)) : err(redactSession(session.sessionId, answer.error));
  }

  async function balance(session: Session): Promise<Result<Balance, UpstreamFailure>> {
    const answer = await callCommerce(transport, { session, path: paths.balance, body: {} });
    return read(session, answer, readBalance);
  }

  return {
    submit(session, job) {
      const { regions, versions } = transport.config;
      return generate(session, submitBody(job, regions[session.region], versions));
    },

    continueJob(session, job, historyId) {
      const { regions, versions } = transport.config;
      return generate(session, continueBody(job, regions[session.region], versions, historyId));
    },

    poll: (session, jobs) => pollJobs(transport, session, jobs),

    async cancel(session, historyId) {
      const answer = await call(transport, { session, path: paths.cancel, query: {}, body: { history_id: historyId } });
      return answer.ok ? ok(null) : err(redactSession(session.sessionId, answer.error));
    },

    upload: createUploader(transport),

    download: (url, signal) => downloadImage(transport, url, signal),

    balance,

    async claim(session) {
      // Every client sends this zone: the gift follows the day of Beijing.
      const body = { time_zone: "Asia/Shanghai" };
      const answer = await callCommerce(transport, { session, path: paths.claim, body });
      if (!answer.ok && saysClaimedBefore(answer.error)) return ok({ received: 0, total: null });
      return read(session, answer, readClaim);
    },

    checkSession: (session) => checkSession(session, transport.config.regions, balance),
  };
}

async function pollJobs(
  transport: Transport,
  session: Session,
  jobs: JobToPoll[],
): Promise<Result<Map<string, PolledJob>, UpstreamFailure>> {
  const submitIds = jobs.map(({ submitId }) => submitId);
  const answer = await call(transport, {
    session,
    path: paths.history,
    query: {},
    body: { submit_ids: submitIds },
  });
  const failed = (failure: UpstreamFailure) => err(redactSession(session.sessionId, failure));
  if (!answer.ok) return failed(answer.error);
  const records = recordsIn(answer.value, submitIds);
  if (records === null) return failed(noAnswer("upstream_changed", shorten(answer.value)));
  const states = new Map<string, PolledJob>();
  for (const { submitId, asked } of jobs) {
    const record = records.get(submitId);
    if (record === undefined) continue;
    const state = readRecord(record, asked);
    if (state === null) states.set(submitId, failed(noAnswer("upstream_changed", shorten(record))));
    else if (state.kind === "generating" || state.failure === null) states.set(submitId, ok(state));
    else states.set(submitId, ok({ ...state, failure: redactSession(session.sessionId, state.failure) }));
  }
  return ok(states);
}

async function downloadImage(
  transport: Transport,
  url: string,
  signal?: AbortSignal,
): Promise<Result<Response, UpstreamFailure>> {
  try {
    // Unencoded, so that the declared length is the image's own.
    const headers = { "User-Agent": transport.config.versions.userAgent, "Accept-Encoding": "identity" };
    const response = await transport.fetch(new Request(url, { headers, signal }));
    if (response.ok) return ok(response);
    await response.body?.cancel();
    return err(noAnswer("upstream_unreachable", `image: HTTP ${response.status}`));
  } catch (error) {
    return err(noAnswer("upstream_unreachable", `image: ${String(error)}`));
  }
}

/** @param parse returns null for data it does not understand. */
function read<T>(
  session: Session,
  answer: Result<unknown, UpstreamFailure>,
  parse: (data: unknown) => T | null,
): Result<T, UpstreamFailure> {
  if (!answer.ok) return err(redactSession(session.sessionId, answer.error));
  const value = parse(answer.value);
  if (value !== null) return ok(value);
  return err(redactSession(session.sessionId, noAnswer("upstream_changed", shorten(answer.value))));
}

const shorten = (value: unknown): string => JSON.stringify(value)?.slice(0, maxLoggedCharacters) ?? "undefined";

/** A second claim is refused with an undocumented code (one client, 2026-10), so its text is matched. */
const saysClaimedBefore = ({ answered, error, text }: UpstreamFailure): boolean =>
  answered && error.code === "upstream_failed" && /already|received today|已领取|已经领取|领取过/i.test(text);
