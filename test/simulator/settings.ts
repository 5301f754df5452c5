// What can be set from outside, with defaults. All durations are simulated seconds except the life of
// picture links, which the client compares with its own clock.

import { flag, number, object, type Shape } from "./shape.ts";

export type Settings = {
  /** From submit to the finished record; 14 s was usual on CN for four pictures. */
  durationSeconds: number;
  /** What the answer forecasts; the upstream is pessimistic. */
  forecastSeconds: number;
  /** A fresh job cannot be looked up for this long. */
  visibilityDelaySeconds: number;
  /** Demand the browser's own parameters on international writes, as the upstream does since 2026-04. */
  antiBot: boolean;
  creditsPerImage: number;
  /** Balance of an account that was given none. */
  defaultCredits: number;
  /** Jobs one account may run at once; the real figure for pictures is unknown. */
  defaultConcurrency: number;
  /** A ledger entry shows up this long after the credits moved. */
  ledgerDelaySeconds: number;
  /** Real seconds; null: about 26 days, ending at midnight UTC. Zero or less: links are born dead. */
  linkLifeSeconds: number | null;
  /** Real seconds; zero or less: the keys for uploads have expired when they are handed out. */
  uploadTokenLifeSeconds: number;
  /** A job of more pictures stops after this many until it is told to continue; 0: never. */
  stallsAfter: number;
  /** What the record of a job that stopped says: 45, 42 or 20, perhaps 50. It was never seen. */
  stalledStatus: number;
  /** Demand the browser's own parameters on international claims of the daily credits. */
  antiBotOnClaim: boolean;
  /** Given once a day, when the account claims it. */
  dailyCredits: number;
  /** The longer side of a drawing, in dots, before it is stretched to the picture's size: fewer are drawn faster. */
  pictureDots: number;
};

export const defaultSettings: Settings = {
  durationSeconds: 14,
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
  pictureDots: 512,
};

const maxNumber = Number.MAX_SAFE_INTEGER;
const amount = number({ min: 0, max: maxNumber });
const linkLife: Shape<number | null> = (value, path) =>
  value === null ? null : number({ min: -maxNumber, max: maxNumber })(value, path);

export type SettingsChange = { [Name in keyof Settings]?: Settings[Name] | undefined };

export const settingsShape: Shape<SettingsChange> = object(
  {},
  {
    durationSeconds: amount,
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
    pictureDots: number({ min: 1, max: maxNumber, whole: true }),
  },
);
