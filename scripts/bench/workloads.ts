/** The workloads of `npm run bench`. Data only. */

export type Workload = {
  name: string;
  title: string;
  /** Number of tasks of each round. A round begins when the tasks of the one before it have ended. */
  rounds: readonly number[];
  /** Callers; each has sessions of its own. */
  callers: number;
  sessionsPerCaller: number;
  /** The shortest and the longest job of the simulated Dreamina; the forecast follows from their mean. */
  jobSeconds: readonly [number, number];
  /**
   * How a caller learns of the end: `polls` each second, the `events` of the task, or the answer of a `wait`ing submit.
   * `park`: polls each task once, in the order of the submits, and leaves it. `batch`: the tasks of a round are one
   * batch, which is polled; `park-batch`: the same, polled once.
   */
  follow: "polls" | "events" | "wait" | "park" | "batch" | "park-batch";
};

export const workloads: readonly Workload[] = [
  {
    name: "alone",
    title: "8 tasks, one at a time, jobs of 13 to 19 s",
    rounds: [1, 1, 1, 1, 1, 1, 1, 1],
    callers: 1,
    sessionsPerCaller: 1,
    jobSeconds: [13, 19],
    follow: "polls",
  },
  {
    name: "forty",
    title: "40 tasks at once of 10 callers with a session each, jobs of 14 s",
    rounds: [40],
    callers: 10,
    sessionsPerCaller: 1,
    jobSeconds: [14, 14],
    follow: "polls",
  },
  {
    name: "fifty",
    title: "50 tasks at once on 3 sessions, jobs of 2.5 to 7.5 s",
    rounds: [50],
    callers: 1,
    sessionsPerCaller: 3,
    jobSeconds: [2.5, 7.5],
    follow: "polls",
  },
  {
    name: "spread",
    title: "200 tasks at once on 60 sessions of one caller, jobs of 20 to 40 s",
    rounds: [200],
    callers: 1,
    sessionsPerCaller: 60,
    jobSeconds: [20, 40],
    follow: "polls",
  },
  {
    name: "callers",
    title: "200 tasks at once of 50 callers with a session each, jobs of 20 to 40 s",
    rounds: [200],
    callers: 50,
    sessionsPerCaller: 1,
    jobSeconds: [20, 40],
    follow: "polls",
  },
  {
    name: "events",
    title: "20 tasks at once on 6 sessions, followed by event stream, jobs of 8 to 16 s",
    rounds: [20],
    callers: 1,
    sessionsPerCaller: 6,
    jobSeconds: [8, 16],
    follow: "events",
  },
  {
    name: "waiting",
    title: "20 waiting calls at once on 6 sessions, jobs of 8 to 16 s",
    rounds: [20],
    callers: 1,
    sessionsPerCaller: 6,
    jobSeconds: [8, 16],
    follow: "wait",
  },
  {
    name: "parked",
    title: "2,000 tasks behind the 4 slots of one session, jobs that do not end",
    rounds: [2_000],
    callers: 1,
    sessionsPerCaller: 1,
    jobSeconds: [1_200, 1_200],
    follow: "park",
  },
  {
    name: "batch",
    title: "a batch of 200 tasks on 5 sessions, jobs of 13 to 19 s",
    rounds: [200],
    callers: 1,
    sessionsPerCaller: 5,
    jobSeconds: [13, 19],
    follow: "batch",
  },
  {
    name: "batches",
    title: "10 batches of 1,000 tasks behind the slots of 5 sessions, jobs that do not end",
    rounds: Array.from({ length: 10 }, () => 1_000),
    callers: 1,
    sessionsPerCaller: 5,
    jobSeconds: [1_200, 1_200],
    follow: "park-batch",
  },
  {
    name: "memory",
    title: "100 and then 900 tasks of 10 callers with 5 sessions each, jobs of 0.8 to 1.2 s",
    rounds: [100, 900],
    callers: 10,
    sessionsPerCaller: 5,
    jobSeconds: [0.8, 1.2],
    follow: "polls",
  },
];
