/** The observations of one run of a workload. */
export type Sample = {
  /** Milliseconds of each submit and poll, in order. */
  submits: number[];
  polls: number[];
  /** For each task that a client followed: from the end of its job to the moment the client knew. */
  lagsMs: number[];
  makespanMs: number;
  /** Calls of Dreamina by endpoint. */
  calls: Record<string, number>;
  /** Operations by name, one entry a Worker. */
  counts: Record<string, number>[];
  /** Of wrangler and the Workers; null where it cannot be read. */
  cpuMs: number | null;
  /** At the end of each round. */
  residentBytes: (number | null)[];
};
