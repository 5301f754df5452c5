// The troubles of one job, asked for in the open: `sim:<name>` in its prompt. README.md lists them; a test
// holds the two together.

import { codes, keyNamed, keys } from "./codes.ts";
import { type Refusal, refusal, refusalByKey, refusalWith } from "./errors.ts";
import { type Failure, type Plan, status } from "./life.ts";

/** How the submit call itself behaves. */
export type SubmitFault =
  | { kind: "refuse"; refusal: Refusal; times: "always" | "once" }
  /** Cut before anything is done, the first time a submit id is seen. */
  | { kind: "reset-before-once" }
  /** Cut after the job was started and paid. */
  | { kind: "reset-after" };

export type ImageFault =
  | "no-length"
  | "500-once"
  | "truncated-once"
  | "stalled-once"
  | "html-once"
  | "empty-once"
  | "403-once"
  /** The links of the first answer that has all pictures are already expired. */
  | "stale-links-once";

export type Scenario = {
  effect: string;
  plan?: (plan: Plan) => Plan;
  submit?: SubmitFault;
  image?: ImageFault;
  /** Every second poll of the running job has an unknown status. */
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
    effect: "fails after 1 s: status 30, task 10, code 2039 (input picture refused)",
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
    effect: "fails at the end: status 30, task 40, code 2004 (picture refused)",
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
    effect: "fails at the end, but two pictures are in the record",
    plan: failing({
      failCode: "2036",
      failMsg: "GenerateFail",
      images: oddImageCount,
    }),
  },
  partial: {
    effect: "status 50 with one picture less than planned, in failed_item_list",
    plan: (plan) => ({
      ...plan,
      deliveredImages: Math.max(1, plan.plannedImages - 1),
    }),
  },
  two: {
    effect: "makes 2 of 2, whatever count was asked",
    plan: (plan) => ({
      ...plan,
      plannedImages: oddImageCount,
      statedTotal: oddImageCount,
      deliveredImages: oddImageCount,
    }),
  },
  "no-images": {
    effect: "status 50 without a single picture",
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
    effect: "is finished at once",
    plan: (plan) => ({ ...plan, durationSeconds: 0, visibleAfterSeconds: 0 }),
  },
  "stands-still": {
    effect: "stays in status 45 for ever with all its pictures made, without an end",
    plan: (plan) => ({ ...plan, standsStill: true }),
  },
  stuck: {
    effect: "stays in status 45 for ever",
    plan: (plan) => ({ ...plan, endless: true }),
  },
  queued: {
    effect: "waits 20 s in the queue, positions counting down, before it starts",
    plan: (plan) => ({ ...plan, queueSeconds }),
  },
  "late-visible": {
    effect: "cannot be looked up for 10 s",
    plan: (plan) => ({ ...plan, visibleAfterSeconds: lateVisibleSeconds }),
  },
  invisible: {
    effect: "is accepted and paid, but never found by a look-up",
    plan: (plan) => ({
      ...plan,
      visibleAfterSeconds: Number.POSITIVE_INFINITY,
    }),
  },
  deleted: {
    effect: "status 100 from half of its time on",
    plan: (plan) => ({
      ...plan,
      deletedAfterSeconds: plan.queueSeconds + plan.durationSeconds / 2,
    }),
  },
  "unknown-status": {
    effect: "every second poll says status 77 while it runs",
    oddStatus: true,
  },
  "lost-answer": {
    effect: "the job is started and paid, then the connection is reset",
    submit: { kind: "reset-after" },
  },
  "reset-once": {
    effect: "the connection is reset before anything is done, the first time per submit id",
    submit: { kind: "reset-before-once" },
  },
  "busy-once": {
    effect: "1310 the first time per submit id",
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
    effect: "pictures come chunked, without content-length",
    image: "no-length",
  },
  "picture-500-once": {
    effect: "the first fetch of each picture answers 500",
    image: "500-once",
  },
  "picture-truncated-once": {
    effect: "the first fetch of each picture breaks off in the middle",
    image: "truncated-once",
  },
  "picture-stalled-once": {
    effect: "the first fetch of each picture sends half and then nothing more",
    image: "stalled-once",
  },
  "picture-html-once": {
    effect: "the first fetch of each picture answers 200 with a page of HTML",
    image: "html-once",
  },
  "picture-empty-once": {
    effect: "the first fetch of each picture answers 200 without a byte",
    image: "empty-once",
  },
  "picture-403-once": {
    effect: "the first fetch of each picture answers 403",
    image: "403-once",
  },
  "stale-links-once": {
    effect: "the first finished answer has expired links, the next ones good links",
    image: "stale-links-once",
  },
};

export type ScenarioChoice = { ok: true; scenarios: Scenario[] } | { ok: false; unknown: string };

/** Unknown names are refused: a misspelt scenario would silently test nothing. */
export function scenariosIn(prompt: string): ScenarioChoice {
  const scenarios: Scenario[] = [];
  for (const [, name = ""] of prompt.matchAll(/\bsim:([a-z0-9]+(?:(?:-{1,2}|_)[a-z0-9]+)*)/gi)) {
    const scenario = scenarioNamed(name.toLowerCase());
    if (!scenario) return { ok: false, unknown: name };
    scenarios.push(scenario);
  }
  return { ok: true, scenarios };
}

/** A named one, any code (`ret-1057` refuses the submit with it, `fail-121212` fails the job), or a key. */
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
