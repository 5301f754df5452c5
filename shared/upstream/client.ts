/**
 * What can be asked of the upstream: submit a job, look at jobs, download a picture. Each is one call; whoever asks
 * decides what comes next.
 */
import * as z from "zod";
import { err, ok, type Result } from "../result.ts";
import { type ImageJob, submitBody } from "./draft.ts";
import { concealing, type UpstreamFailure, unanswered } from "./errors.ts";
import { type Accepted, type JobState, readAccepted, readRecord } from "./history.ts";
import { regions } from "./region.ts";
import { call, type Wire } from "./request.ts";
import type { Session } from "./session.ts";
import { userAgent } from "./versions.ts";

/** Longest wait for a whole picture: 15 MB over a poor line. */
const downloadTimeoutMs = 60_000;

/** One job's record, or that it could not be read. */
export type JobLook = Result<JobState, UpstreamFailure>;

export type Upstream = {
  /** One try. `answered: false` in the failure means the job may exist nevertheless: look before trying again. */
  submit(session: Session, job: ImageJob): Promise<Result<Accepted, UpstreamFailure>>;
  /** The state of many jobs of one session in one call. A job the upstream does not know (yet) is not in the map. */
  look(session: Session, submitIds: string[]): Promise<Result<Map<string, JobLook>, UpstreamFailure>>;
  /** The picture behind a link of `look`; its body is a stream. No cookie goes with it. */
  download(url: string): Promise<Result<Response, UpstreamFailure>>;
};

export function createUpstream(wire: Wire & { newId: () => string }): Upstream {
  return {
    async submit(session, job) {
      const region = regions[session.region];
      const answer = await call(wire, {
        session,
        path: "/mweb/v1/aigc_draft/generate",
        query: { os: "windows", web_component_open_flag: "1", commerce_with_input_video: "1" },
        body: submitBody(job, region, wire.newId, wire.now()),
      });
      return answer.ok ? ok(readAccepted(answer.value)) : err(concealing(session.sessionId, answer.error));
    },

    async look(session, submitIds) {
      const answer = await call(wire, {
        session,
        path: "/mweb/v1/get_history_by_ids",
        query: {},
        body: { submit_ids: submitIds },
      });
      const failed = (failure: UpstreamFailure) => err(concealing(session.sessionId, failure));
      if (!answer.ok) return failed(answer.error);
      const records = z.record(z.string(), z.unknown()).safeParse(answer.value ?? {});
      if (!records.success) return failed(unanswered("upstream_changed", shorten(answer.value)));
      const looks = new Map<string, JobLook>();
      for (const submitId of submitIds) {
        const record = records.data[submitId];
        if (record === undefined || record === null) continue;
        const state = readRecord(record);
        if (state === null) looks.set(submitId, failed(unanswered("upstream_changed", shorten(record))));
        else if (state.kind !== "failed") looks.set(submitId, ok(state));
        else looks.set(submitId, ok({ ...state, failure: concealing(session.sessionId, state.failure) }));
      }
      return ok(looks);
    },

    async download(url) {
      try {
        const signal = AbortSignal.timeout(downloadTimeoutMs);
        // Unencoded, so that the declared length is the picture's own.
        const headers = { "User-Agent": userAgent, "Accept-Encoding": "identity" };
        const response = await wire.fetch(new Request(url, { headers, signal }));
        if (response.ok) return ok(response);
        await response.body?.cancel();
        return err(unanswered("upstream_unreachable", `picture: HTTP ${response.status}`));
      } catch (error) {
        return err(unanswered("upstream_unreachable", `picture: ${String(error)}`));
      }
    },
  };
}

const shorten = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? "undefined";
