/** Times and counts of the consumer, each with its unit. What an operator may change is in `shared/config.ts`. */

const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

// Leases: how long a consumer may hold an order.

/** Lease of a submit or a poll: twice the timeout of an upstream call. */
export const leaseSeconds = 45;
/**
 * Lease of one round of copying. An image has half a minute; copies that cannot begin in time wait for the next poll.
 */
export const storeLeaseSeconds = 75;
/** A call begins only with this much of its lease left: its timeout, and time to report it. */
export const callNeedsMs = 30 * secondMs;
/**
 * The same for a reference image of usual size. One that takes longer is at worst uploaded twice, which costs nothing.
 */
export const uploadNeedsMs = 45 * secondMs;
/** The same for a copy: the timeout of a download, and time to report it. */
export const storeNeedsMs = 45 * secondMs;

/** A paid call is started only this soon after it was handed out; the answer of a start may be lost, and it comes again. */
export const startWithinMs = 30 * secondMs;
/** What a paid call has seen and could not report is reported again after this. */
export const firstReportAgainMs = 2 * secondMs;
/** Orders of paid calls that are not begun this soon are not begun at all, and come again. */
export const beginWithinMs = 10 * secondMs;

/** Images of one model that an account may make in a minute, on every cloud (the clouds' documentation, 2026-10). */
export const imagesPerMinute = 500;

/** Tasks whose images are copied side by side: a Worker may wait for six answers at a time. */
export const copiesAtOnce = 3;

/** Small versions that are copied side by side, so that they leave connections to the images themselves. */
export const smallCopiesAtOnce = 2;
/** Longest download of an image: 15 MB at half a megabyte a second. It is repeated, after a poll with fresh links. */
export const downloadTimeoutMs = 30 * secondMs;
/** Longest download of a small version. */
export const smallTimeoutMs = 10 * secondMs;

// Ticks.

/** A tick counts as lost this long after it was due; doubling, so that a full queue is not filled further. */
export const firstGraceSeconds = 15;
export const maxGraceSeconds = 300;
/** Due tasks that are read at once; the rest follows in the next round. */
export const duePerRound = 100;
/** A tick also serves orders that are due within this time, so that no other one is needed for it. */
export const lookAheadMs = 200;
/** The alarm leaves a tick that the queue should just have delivered this much time. */
export const deliveryMs = secondMs;
/** A task counts as watched this long after a poll: a little longer than the slowest poll the API advises. */
export const watchedForMs = 12 * secondMs;
/** The upstream is polled this many times less often for a caller that polls as well: it would not know much sooner. */
export const polledFactor = 1.25;
/** The same for a task that no caller watches. */
export const unwatchedFactor = 3;
/** A poll of the upstream takes along the polls of its session that are due within this time, in the same call. */
export const takeAlongMs = 1.5 * secondMs;

/** A poll is answered this much later when the answer to a look, or the images, should be there by then. */
export const holdMs = secondMs;
/** Images of most jobs, where the number is not known. */
export const imagesPerTask = 4;
/** Durations of jobs that are remembered. */
export const durationsKept = 20;
/** Standard deviation of durations, as a share of their mean, before many jobs were seen. */
export const usualSpread = 0.12;
/** The first look comes this many standard deviations before the mean: then few looks come in vain. */
export const firstLookDeviations = 0.8;
/** No remembered job would have been done for longer at its first look. */
export const maxLateSeconds = 1.5;

// The outbox.

/** Rows of one flush, so that it stays short. */
export const rowsPerFlush = 100;
/** Longest wait for KV or R2 in one outbox row. */
export const rowTimeoutMs = 10 * secondMs;
/** A failed outbox row, or a tick that the queue refused, is retried after this; rows after longer and longer. */
export const retryAfterMs = 10 * secondMs;
export const maxRetryAfterMs = 5 * minuteMs;
/** A row that failed so often has failed for about an hour: it is logged as an error. */
export const stuckAttempts = 16;
/** KV takes one write a second to a key (https://developers.cloudflare.com/kv/platform/limits/). */
export const recordPauseMs = secondMs;
/** Longest time a caller waits for the outbox. */
export const flushTimeoutMs = 2 * secondMs;

/**
 * What was deleted is deleted once more after this: a copy, or a write of the record, that was under way has ended by
 * then. A consumer of the queue runs for at most 15 minutes (https://developers.cloudflare.com/workers/platform/limits/).
 */
export const sweepAfterMs = 16 * minuteMs;

// Retention.

/** The coordinator keeps a terminal task this long; its record in KV lives longer. */
export const retentionMs = dayMs;
/** A retry this long after the first attempt is the same request: two attempts of ten minutes and their pauses. */
export const retryWindowMs = 30 * minuteMs;
/** How long a refusal of contents is kept. Clients of the Chinese site keep it as long (2026-10). */
export const refusalMemoryMs = dayMs;
/** An unreadable row is read again after this: a newer version may be deployed by then. */
export const setAsideMs = hourMs;

/** A batch keeps its reference images this long after its end, so that its failed requests can be made again. */
export const inputsKeptMs = dayMs;
/**
 * A batch with reference images has to end this long after its creation: the bucket's rule deletes them a day later
 * (scripts/deploy/decisions.ts).
 */
export const inputsNeededMs = 7 * dayMs;

// Slots and sessions.

/** Parked tasks read at once: enough to fill every slot many times over. */
export const parkedPerPage = 50;
/** A task waits for a paused session that returns within this time. */
export const soonMs = 10 * minuteMs;
/** Pause of a session whose login was refused. It does not recover alone, but an occasional wrong answer must pass. */
export const expiredForMs = hourMs;
/** A learnt slot limit rises by one this often: other jobs of the account may have caused it. */
export const raiseAfterMs = hourMs / 2;
/** Cool-down after `risk_control`, doubling. */
export const firstRiskSeconds = 60;
export const maxRiskSeconds = 3_600;
/** Cool-down after `rate_limited`, doubling. */
export const firstBusySeconds = 30;
export const maxBusySeconds = 600;
/** Cool-down of a key after such a refusal, doubling: the makers' own clients wait 1 and 2 s (2026-11). */
export const firstCallSeconds = 2;
export const maxCallSeconds = 60;
/** A session without login or credits is probed after this: its owner may have logged in again or bought credits. */
export const probeAfterMs = minuteMs;
/** The daily credits of every site follow the day of Beijing (UTC+8). */
export const beijingOffsetMs = 8 * hourMs;

// The policy of `shared/task/machine/`.

/** How long copying may take once the upstream is done. */
export const storeTimeoutMs = 30 * minuteMs;
/**
 * The same for an image of a paid call, which was charged: its link lives for a day, and a fault of the bucket may take
 * long.
 */
export const paidCopyMs = 2 * hourMs;
/**
 * Polls that find nothing until a lost submit counts as never arrived: over half a minute. A job is visible after a
 * second.
 */
export const recoverPolls = 5;
/** Repetitions of a submit that surely did not arrive. */
export const maxResubmits = 3;
/** Lost ticks after which a late task is given up: about 90 minutes of uptime, given the doubling grace. */
export const maxUnanswered = 20;
/** Attempts of a submit: enough for three faults in a row, and a fifth with the daily credits. */
export const submitAttempts = 5;
/** Attempts in a row of a reference image. */
export const uploadAttempts = 8;
/**
 * How long a job stalls before more images are requested. A batch takes 12 to 25 s, its first image appears well
 * before.
 */
export const stalledMs = 20 * secondMs;
/** Requests for more images of one job, sixteen images in all, as in clients of the Chinese site (2026-09). */
export const maxContinues = 3;
/** Polls in a row with a refused session until it counts as expired. */
export const sessionAttempts = 5;
/** Polls in a row of a finished job without images until it counts as empty. */
export const emptyPolls = 8;
/** Rounds of copying: about six minutes. */
export const storeAttempts = 12;

// Webhooks.

/** How long a receiver may take: the advice of Standard Webhooks is 15 to 30 s. */
export const deliveryTimeoutMs = 15 * secondMs;
/** Lease of a delivery: its timeout, and time to begin and to report it. */
export const deliveryLeaseMs = minuteMs;
/** A Worker may wait for six answers at a time. */
export const deliveriesPerCall = 6;
/** Deliveries that are handed out at once, over several calls. */
export const deliveriesPerRound = 30;
/** Progress of one task or batch is told this often at most. */
export const progressPauseMs = secondMs;
/** The log: for how long, and how many of each reader, and after how many new ones the number is looked at. */
export const deliveryKeptMs = 7 * dayMs;
export const deliveriesKept = 1_000;
export const trimEvery = 100;
/** Expired entries are deleted this much later, so that one alarm deletes many. */
export const expirySlackMs = hourMs;
/** A secret that was replaced signs beside the new one for this long. */
export const retiringMs = dayMs;
/** Secrets that sign at the same time: each makes the header longer. */
export const secretsKept = 3;
/** Longest delay of a message in the queue that every plan takes. */
export const maxTickDelayMs = 12 * hourMs;

// Figures.

/** A coordinator tells the registry its figures this often at most, and later and later where they are not taken. */
export const reportPauseMs = minuteMs;
export const maxReportAgainMs = 15 * minuteMs;
/** How long the registry may take to answer. */
export const registryTimeoutMs = 2 * secondMs;
/** A coordinator keeps the totals of a day this long from its beginning: a day must not begin again from nothing. */
export const totalsKeptMs = 2 * dayMs;
/** The registry keeps what each coordinator told of a day this long after its end; what comes later is not counted. */
export const toldKeptMs = 3 * dayMs;
/** The sums of a day, after its end. */
export const sumsKeptMs = 400 * dayMs;
/** An owner with tasks reports every day: one whose report is older has lost its coordinator. */
export const liveKeptMs = 10 * dayMs;
export const deadLettersKept = 100;

// The registry.

/** Removed members of the pool after which its list can go on. */
export const removedKept = 10_000;

/** How long the coordinator of the pool may take before it counts as unreachable. */
export const tellTimeoutMs = 10 * secondMs;
/** When the members of the pool are given to their coordinator again, should it not have answered. */
export const pushAgainMs = 5 * secondMs;
/** Gifts of the day that are claimed together, and the pause before the next ones: an invocation may make few calls. */
export const claimedAtOnce = 5;
export const claimPauseMs = 2 * secondMs;
