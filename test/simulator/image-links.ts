// Signed image links with an expiry: created for an image of a job, checked when fetched. Patterns of the CN and SG
// links seen in 2026-01 to 2026-04; the secret and the signed text are the simulator's.

import { createHash, createHmac } from "node:crypto";
import type { Address } from "./address.ts";
import type { Job } from "./job.ts";
import { type ClusterFacts, clusters } from "./region.ts";
import type { World } from "./world.ts";

const msPerSecond = 1000;
const secondsPerDay = 86_400;
/** Links of originals were valid for 25 to 27 days, until midnight UTC. */
const lifeDays = 26;
/** An hour ago, for links that have expired when they arrive. */
const staleSeconds = -3600;

export type LinkedImage = {
  job: Job;
  index: number;
  /** Scales the image to fit a square of this side; 0: the original. */
  boxPixels: number;
  address: Address;
};

export function imageLink(world: World, image: LinkedImage): string {
  const { job, index, boxPixels, address } = image;
  const { service, imageHosts } = clusters[job.account.cluster];
  const path = `/${imageUri(job, index)}~tplv-${service}-aigc_resize:${boxPixels}:${boxPixels}.png`;
  const expires = String(expiresAt(world, job));
  const query = new URLSearchParams({
    lk3s: md5(service).slice(0, "8e790bc3".length),
    "x-expires": expires,
    "x-signature": signatureOf(path, expires),
    format: ".png",
  });
  const host = imageHosts[index % imageHosts.length] ?? "";
  return address.linkTo(host, `${path}?${query}`);
}

/** The upstream's name of an image: bucket, slash, 32 hex digits. */
export function imageUri(job: Job, index: number): string {
  return `${clusters[job.account.cluster].bucket}/${job.imageUris[index]}`;
}

export type OpenedLink =
  | { ok: true; hex: string; boxPixels: number }
  | { ok: false; status: 403 | 404; reason: string };

export function openLink(world: World, facts: ClusterFacts, { path, query }: Address): OpenedLink {
  const pattern = new RegExp(`^/${facts.bucket}/([0-9a-f]{32})~tplv-${facts.service}-aigc_resize:(\\d+):\\d+\\.png$`);
  const [, hex, box] = pattern.exec(path) ?? [];
  if (!hex || !box) return { ok: false, status: 404, reason: "not found" };
  const expires = query.get("x-expires") ?? "";
  if (query.get("x-signature") !== signatureOf(path, expires))
    return { ok: false, status: 403, reason: "signature mismatch" };
  if (Number(expires) * msPerSecond <= world.clock.realMs()) return { ok: false, status: 403, reason: "link expired" };
  return { ok: true, hex, boxPixels: Number(box) };
}

/** Whether a link is to an image as it was made, and not to a scaled copy. */
export const isOriginal = ({ path }: Address): boolean => path.includes("-aigc_resize:0:0.");

function expiresAt(world: World, job: Job): number {
  const nowSeconds = Math.floor(world.clock.realMs() / msPerSecond);
  if (job.pictureTroubles.includes("stale-links-once") && job.finishedPolls === 1) return nowSeconds + staleSeconds;
  const { linkLifeSeconds } = world.settings;
  if (linkLifeSeconds !== null) return nowSeconds + linkLifeSeconds;
  return (Math.floor(nowSeconds / secondsPerDay) + lifeDays) * secondsPerDay;
}

/** Covers path and expiry, so that neither the size in the template nor the date can be changed. */
function signatureOf(path: string, expires: string): string {
  return createHmac("sha1", "simulated pictures").update(`${path}\n${expires}`).digest("base64");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
