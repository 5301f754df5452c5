/** Logs an upstream failure, and returns it in the form of the core, with the session named by its label. */
import { log } from "#shared/log.ts";
import type { Failure } from "#shared/task/events.ts";
import type { UpstreamFailure } from "#shared/upstreams/index.ts";

type About = { task?: string; order: string; session: string };

export function loggedFailure(failure: UpstreamFailure, about: About): Failure {
  const { verdict, error, retryAfterSeconds } = failure;
  log("warn", "upstream_failure", {
    ...about,
    verdict,
    code: error.code,
    answered: failure.answered,
    ...error.upstream,
    // The whole text; the task keeps only its beginning.
    text: failure.text,
  });
  const message = verdict === "session" ? `${error.message} (session ${about.session})` : error.message;
  return { verdict, error: { ...error, message }, retryAfterSeconds };
}
