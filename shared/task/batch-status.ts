/** The statuses of a batch. Pure. */
export const batchStatuses = ["validating", "in_progress", "paused", "completed", "cancelling", "cancelled"] as const;
export type BatchStatus = (typeof batchStatuses)[number];
