// The settings and their defaults. Durations are simulated seconds, except the life of image links and upload tokens,
// which clients compare with their own clock.

import { flag, number, object, type Shape } from "./shape.ts";

export type Settings = {
  /** From submit to the finished record; four images on CN usually took 14 s. */
  durationSeconds: number;
  /** A job takes up to this much longer. Its share follows from the prompt: equal prompts take equally long. */
  durationSpreadSeconds: number;
  /** Forecast in the answer; longer than the duration, as upstream. */
  forecastSeconds: number;
  /** Time until a new job can be looked up. */
  visibilityDelaySeconds: number;
  /** Require the browser's anti-bot parameters on international submits, as the upstream does since 2026-04. */
  antiBot: boolean;
  creditsPerImage: number;
  /** Balance of an account added without `credits`. */
  defaultCredits: number;
  /** Running jobs for each account; the upstream's limit for images is unknown. */
  defaultConcurrency: number;
  /** Time until a ledger entry is visible. */
  ledgerDelaySeconds: number;
  /**
   * Real seconds; null: about 26 days, until midnight UTC, or a day for links of Ark; 0 or less: links have expired when
   * they arrive.
   */
  linkLifeSeconds: number | null;
  /** Real seconds; 0 or less: upload tokens have expired when they arrive. */
  uploadTokenLifeSeconds: number;
  /** A job of more images stalls after this many until a continue; 0: never. */
  stallsAfter: number;
  /** Status in the record of a stalled job: 45, 42 or 20, perhaps 50. It was never seen. */
  stalledStatus: number;
  /** Require the browser's anti-bot parameters on international claims of the daily credits. */
  antiBotOnClaim: boolean;
  /** Credits of a claim, once a day. */
  dailyCredits: number;
  /** From a call of Ark to its answer; null: by model. */
  arkSeconds: number | null;
  /** Longer side of a drawing in dots, before it is stretched to the size of the image; fewer are faster. */
  pictureDots: number;
};

export const defaultSettings: Settings = {
  durationSeconds: 14,
  durationSpreadSeconds: 0,
  forecastSeconds: 23,
  visibilityDelaySeconds: 1,
  antiBot: false,
  creditsPerImage: 1,
  defaultCredits: 1000,
  defaultConcurrency: 10,
  ledgerDelaySeconds: 5,
  linkLifeSeconds: null,
  uploadTokenLifeSeconds: 3600,
  stallsAfter: 4,
  stalledStatus: 45,
  antiBotOnClaim: true,
  dailyCredits: 66,
  arkSeconds: null,
  pictureDots: 512,
};

const maxNumber = Number.MAX_SAFE_INTEGER;
const amount = number({ min: 0, max: maxNumber });
const secondsOrNull: Shape<number | null> = (value, path) => (value === null ? null : amount(value, path));
const linkLife: Shape<number | null> = (value, path) =>
  value === null ? null : number({ min: -maxNumber, max: maxNumber })(value, path);

export type SettingsChange = { [Name in keyof Settings]?: Settings[Name] | undefined };

export const settingsShape: Shape<SettingsChange> = object(
  {},
  {
    durationSeconds: amount,
    durationSpreadSeconds: amount,
    forecastSeconds: amount,
    visibilityDelaySeconds: amount,
    antiBot: flag,
    creditsPerImage: amount,
    defaultCredits: amount,
    defaultConcurrency: amount,
    ledgerDelaySeconds: amount,
    linkLifeSeconds: linkLife,
    uploadTokenLifeSeconds: number({ min: -maxNumber, max: maxNumber }),
    stallsAfter: number({ min: 0, max: maxNumber, whole: true }),
    stalledStatus: number({ min: 0, max: maxNumber, whole: true }),
    antiBotOnClaim: flag,
    dailyCredits: amount,
    arkSeconds: secondsOrNull,
    pictureDots: number({ min: 1, max: maxNumber, whole: true }),
  },
);
