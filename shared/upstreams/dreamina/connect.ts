/** The web API of Dreamina and Jimeng in the form that the consumer's steps call. */
import type { Ratio } from "#shared/image-shape.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Job, JobConnection, PolledState, UpstreamClient } from "#shared/upstreams/connection.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { createUpstream, type Upstream } from "./client.ts";
import type { ImageJob } from "./draft.ts";
import { fullBatchesOf, hasUnknownStatus, type JobState, plannedOf } from "./history.ts";
import { findModel } from "./models.ts";
import type { Transport } from "./request.ts";
import { type Session, sessionOf } from "./session.ts";
import type { SiteResolution } from "./sizes.ts";
import type { UpstreamConfig } from "./upstream-config.ts";

export function dreaminaClient(transport: Transport): UpstreamClient {
  const upstream = createUpstream(transport);
  return {
    connect: (credential) => connectionOf(upstream, sessionOf(credential), transport.config),
    download: upstream.download,
  };
}

function connectionOf(upstream: Upstream, session: Session, config: UpstreamConfig): JobConnection {
  return {
    runs: "jobs",

    async submit(job) {
      const imageJob = imageJobOf(job, config);
      if (!imageJob.ok) return imageJob;
      const answer = await upstream.submit(session, imageJob.value);
      if (!answer.ok) return answer;
      const { asked, count } = job.request;
      return ok({ ...answer.value, planned: plannedOf(answer.value.planned, asked ?? count) });
    },

    async continueJob(job, historyId) {
      const imageJob = imageJobOf(job, config);
      return imageJob.ok ? upstream.continueJob(session, imageJob.value, historyId) : imageJob;
    },

    async poll(jobs) {
      const answer = await upstream.poll(session, jobs);
      if (!answer.ok) return answer;
      return ok(new Map([...answer.value].map(([id, one]) => [id, one.ok ? ok(polledState(one.value)) : one])));
    },

    cancel: (historyId) => upstream.cancel(session, historyId),
    upload: (file) => upstream.upload(session, file),
    claimGift: config.regions[session.region].claimsGift ? () => upstream.claim(session) : null,
  };
}

function polledState(state: JobState): PolledState {
  const { historyId, planned, forecastSeconds, finished, tookSeconds } = state;
  switch (state.kind) {
    case "generating":
      return {
        kind: "generating",
        historyId,
        planned,
        forecastSeconds,
        images: state.images,
        fullBatches: fullBatchesOf(state),
        queuePosition: state.queuePosition,
        unknownStatus: hasUnknownStatus(state) ? state.status : null,
      };
    case "generated":
      return {
        kind: "generated",
        historyId,
        planned,
        finished,
        tookSeconds,
        images: state.images,
        failure: state.failure,
      };
    case "failed":
      return { kind: "failed", failure: state.failure };
  }
}

/**
 * The API checked every value against the same tables; a failure when they have changed since and the model is gone.
 */
function imageJobOf(
  { submitId, createdAt, request, uploads }: Job,
  config: UpstreamConfig,
): Result<ImageJob, UpstreamFailure> {
  const model = findModel(config.models, request.model);
  if (model === null) return err(unknownModel(request.model));
  return ok({
    ...request,
    submitId,
    createdAt,
    model,
    ratio: request.ratio as Ratio,
    resolution: request.resolution as SiteResolution,
    inputs: uploads,
  });
}

const unknownModel = (model: string): UpstreamFailure => ({
  verdict: "refused",
  answered: true,
  error: { code: "model_not_available", message: `This server no longer has the model ${model}.` },
  retryAfterSeconds: null,
  text: "",
});
