/** The upstreams that make images: Dreamina's and Jimeng's own sites, by session, and Ark, by key. */
export const upstreamIds = ["dreamina", "ark"] as const;
export type UpstreamId = (typeof upstreamIds)[number];
