// The scenarios of a job, chosen by `sim:<name>` in its prompt. README.md lists them; a test compares the two.

import { codes, keyNamed, keys } from "./codes.ts";
import { type Refusal, refusal, refusalByKey, refusalWith } from "./errors.ts";
import { type Failure, type Plan, status } from "./life.ts";

/** A fault of the submit call itself. */
export type SubmitFault =
  | { kind: "refuse"; refusal: Refusal; times: "always" | "once" }
  /** Resets the connection before the job starts, the first time a submit id is seen. */
  | { kind: "reset-before-once" }
  /** Resets the connection after the job is started and charged. */
  | { kind: "reset-after" };

/** The names are part of saved states. */
export type ImageFault =
  | "no-length"
  | "500-once"
  | "truncated-once"
  | "stalled-once"
  | "html-once"
  | "empty-once"
  | "403-once"
  /** The first finished record has expired links. */
  | "stale-links-once";

export type Scenario = {
  effect: string;
  plan?: (plan: Plan) => Plan;
  submit?: SubmitFault;
  image?: ImageFault;
  /** Every second look-up of the running job has an unknown status. */
  oddStatus?: boolean;
};

const slowFactor = 10;
const queueSeconds = 20;
const lateVisibleSeconds = 10;
const inputRejectSeconds = 1;
const oddImageCount = 2;

export const promptScenarios: Record<string, Scenario> = {
  "input-moderated": {
    effect: "fails after 1 s: status 30, task 10, code 2038 (text refused)",
    plan: failing({
      at: { seconds: inputRejectSeconds },
      taskStatus: status.preCheckReject,
      ...withCode("2038"),
    }),
  },
  "input-image-moderated": {
    effect: "fails after 1 s: status 30, task 10, code 2039 (reference image refused)",
    plan: failing({
      at: { seconds: inputRejectSeconds },
      taskStatus: status.preCheckReject,
      ...withCode("2039"),
    }),
  },
  "real-face": {
    effect: "fails after 1 s: status 30, task 10, code 4011, RejectFace",
    plan: failing({
      at: { seconds: inputRejectSeconds },
      taskStatus: status.preCheckReject,
      ...withCode("4011"),
    }),
  },
  "input-unreadable": {
    effect: "fails after 1 s: status 30, code 3020, download file failed",
    plan: failing({ at: { seconds: inputRejectSeconds }, ...withCode("3020") }),
  },
  "output-moderated": {
    effect: "fails at the end: status 30, task 40, code 2004 (image refused)",
    plan: failing({
      taskStatus: status.postCheckReject,
      ...withCode("2004"),
    }),
  },
  failed: {
    effect: "fails at the end: status 30, code 2036, GenerateFail, free of charge",
    plan: failing({
      ...withCode("2036"),
    }),
  },
  "empty-code": {
    effect: "fails at the end with an empty fail_code and only a key",
    plan: failing({ failKey: keys.copyright }),
  },
  "failed-with-images": {
    effect: "fails at the end, with two images in the record",
    plan: failing({
      failCode: "2036",
      failMsg: "GenerateFail",
      images: oddImageCount,
    }),
  },
  partial: {
    effect: "status 50 with one image less than planned, in failed_item_list",
    plan: (plan) => ({
      ...plan,
      deliveredImages: Math.max(1, plan.plannedImages - 1),
    }),
  },
  two: {
    effect: "makes 2 of 2 images, for any requested count",
    plan: (plan) => ({
      ...plan,
      plannedImages: oddImageCount,
      statedTotal: oddImageCount,
      deliveredImages: oddImageCount,
    }),
  },
  "no-images": {
    effect: "status 50 without an image",
    plan: (plan) => ({ ...plan, deliveredImages: 0 }),
  },
  slow: {
    effect: "takes ten times as long",
    plan: (plan) => ({
      ...plan,
      durationSeconds: plan.durationSeconds * slowFactor,
    }),
  },
  instant: {
    effect: "finishes at once",
    plan: (plan) => ({ ...plan, durationSeconds: 0, visibleAfterSeconds: 0 }),
  },
  "stands-still": {
    effect: "stays in status 45 for ever with all images made",
    plan: (plan) => ({ ...plan, standsStill: true }),
  },
  stuck: {
    effect: "stays in status 45 for ever",
    plan: (plan) => ({ ...plan, endless: true }),
  },
  queued: {
    effect: "waits 20 s in the queue with decreasing positions before it starts",
    plan: (plan) => ({ ...plan, queueSeconds }),
  },
  "late-visible": {
    effect: "cannot be looked up for 10 s",
    plan: (plan) => ({ ...plan, visibleAfterSeconds: lateVisibleSeconds }),
  },
  invisible: {
    effect: "is accepted and charged, but never found by a look-up",
    plan: (plan) => ({
      ...plan,
      visibleAfterSeconds: Number.POSITIVE_INFINITY,
    }),
  },
  deleted: {
    effect: "status 100 after half of its duration",
    plan: (plan) => ({
      ...plan,
      deletedAfterSeconds: plan.queueSeconds + plan.durationSeconds / 2,
    }),
  },
  "unknown-status": {
    effect: "every second look-up has status 77 while it runs",
    oddStatus: true,
  },
  "lost-answer": {
    effect: "the job is started and charged, then the connection is reset",
    submit: { kind: "reset-after" },
  },
  "reset-once": {
    effect: "the connection is reset before the job starts, the first time for each submit id",
    submit: { kind: "reset-before-once" },
  },
  "busy-once": {
    effect: "1310 the first time for each submit id",
    submit: { kind: "refuse", refusal: refusal("1310"), times: "once" },
  },
  busy: {
    effect: "1310 every time",
    submit: { kind: "refuse", refusal: refusal("1310"), times: "always" },
  },
  risk: {
    effect: "-6 / 4013 every time",
    submit: { kind: "refuse", refusal: refusal("-6"), times: "always" },
  },
  "no-length": {
    effect: "images are sent chunked, without content-length",
    image: "no-length",
  },
  "picture-500-once": {
    effect: "the first fetch of each image answers 500",
    image: "500-once",
  },
  "picture-truncated-once": {
    effect: "the first fetch of each image is truncated to half",
    image: "truncated-once",
  },
  "picture-stalled-once": {
    effect: "the first fetch of each image stalls after half",
    image: "stalled-once",
  },
  "picture-html-once": {
    effect: "the first fetch of each image answers 200 with an HTML page",
    image: "html-once",
  },
  "picture-empty-once": {
    effect: "the first fetch of each image answers 200 with an empty body",
    image: "empty-once",
  },
  "picture-403-once": {
    effect: "the first fetch of each image answers 403",
    image: "403-once",
  },
  "stale-links-once": {
    effect: "the first finished record has expired links, the following have valid ones",
    image: "stale-links-once",
  },
};

export type ScenarioChoice = { ok: true; scenarios: Scenario[] } | { ok: false; unknown: string };

/** An unknown name is an error: a misspelled scenario must not pass silently. */
export function scenariosIn(prompt: string): ScenarioChoice {
  const scenarios: Scenario[] = [];
  for (const [, name = ""] of prompt.matchAll(/\bsim:([a-z0-9]+(?:(?:-{1,2}|_)[a-z0-9]+)*)/gi)) {
    const scenario = scenarioNamed(name.toLowerCase());
    if (!scenario) return { ok: false, unknown: name };
    scenarios.push(scenario);
  }
  return { ok: true, scenarios };
}

/**
 * A scenario of the table, a code (`ret-1057` refuses the submit, `fail-121212` fails the job) or a key (`fail-key-…`).
 */
function scenarioNamed(name: string): Scenario | undefined {
  if (Object.hasOwn(promptScenarios, name)) return promptScenarios[name];
  const [, ret] = /^ret-(-?\d+)$/.exec(name) ?? [];
  if (ret) return refusing(refusalWith(ret));
  const [, code] = /^fail-(\d+)$/.exec(name) ?? [];
  if (code) return { effect: `fails at the end with ${code}`, plan: failing(withCode(code)) };
  const [, how, spelt = ""] = /^(ret|fail)-key-(\w+)$/.exec(name) ?? [];
  const key = keyNamed(spelt);
  if (!key) return undefined;
  if (how === "ret") return refusing(refusalByKey(key));
  return { effect: `fails at the end with the key ${key}`, plan: failing({ failKey: key }) };
}

function refusing(reason: Refusal): Scenario {
  return {
    effect: `refuses the submit with ${reason.ret}`,
    submit: { kind: "refuse", refusal: reason, times: "always" },
  };
}

function withCode(failCode: string): Partial<Failure> {
  const { errmsg, key, message } = codes[failCode] ?? { errmsg: `failed with ${failCode}`, key: "", message: "" };
  return { failCode, failMsg: errmsg, failKey: key, failMessage: message };
}

export function failing(differences: Partial<Failure>): (plan: Plan) => Plan {
  const failure: Failure = {
    at: "end",
    taskStatus: status.failed,
    failCode: "",
    failKey: "",
    failMessage: "",
    failMsg: "",
    images: 0,
    ...differences,
  };
  return (plan) => ({ ...plan, failure });
}
