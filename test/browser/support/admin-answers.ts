/** Answers of the administrator's routes, one of each kind, and a page that gets them. */
import type { Page } from "playwright-core";
import type * as z from "zod";
import type { adminTaskListSchema, deadLetterListSchema, figuresSchema } from "#shared/wire/administration.ts";
import type { credentialListSchema, PoolCredential } from "#shared/wire/credentials.ts";
import type { Key } from "#shared/wire/keys.ts";

type Figures = z.infer<typeof figuresSchema>;
type TaskList = z.infer<typeof adminTaskListSchema>;
type LetterList = z.infer<typeof deadLetterListSchema>;
type CredentialList = z.infer<typeof credentialListSchema>;

const now = () => Math.floor(Date.now() / 1000);
/** @param ago days before today, of UTC */
const dayBefore = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

export const figures = (hint: string): Figures => ({
  object: "admin.figures",
  days: [
    { date: dayBefore(3), completed: 10, failed: 2, cancelled: 1, images: 40, images_by_keys: 12, credits: 1_250 },
    { date: dayBefore(1), completed: 5, failed: 0, cancelled: 0, images: 20, images_by_keys: 0, credits: 60 },
  ],
  failures: [
    { code: "risk_control", tasks: 14, hint },
    { code: "insufficient_credits", tasks: 3, hint },
  ],
  queue: { waiting: 12, running: 7, oldest_waiting_seconds: 184, callers: 3, backlog: null },
});

type Task = TaskList["data"][number];

export const task = (change: Partial<Task> = {}): Task => ({
  id: "imgtask_V1StGXR8_Z5jdHi6B-myT",
  object: "image.generation.task",
  status: "processing",
  progress: 40,
  model: "dreamina-4.5",
  images: 4,
  caller: { kind: "key", name: "newsletter bot" },
  credential: "us-…c3f9",
  created_at: now() - 130,
  waiting_for: null,
  prompt: null,
  ...change,
});

export const tasks = (...data: Task[]): TaskList => ({ object: "list", data, has_more: false });

export const waitingTask = (): Task =>
  task({
    id: "imgtask_waiting",
    credential: null,
    images: null,
    caller: { kind: "credentials", name: "a91f03bc" },
    waiting_for: { code: "rate_limited", message: "All sessions are busy." },
    prompt: "7 + 7",
  });

export const letters = (replayedAt: number | null = null): LetterList => ({
  object: "list",
  data: [{ id: "dead_1", object: "dead_letter", at: now() - 7_300, caller: "a91f03bc", replayed_at: replayedAt }],
});

export const credential = (change: Partial<PoolCredential> = {}): PoolCredential => ({
  id: "cred_1",
  object: "credential",
  name: "",
  credential: "us-…c3f9",
  upstream: "dreamina",
  place: "us",
  weight: 1,
  paused: false,
  added_at: now() - 90_000,
  health: "ready",
  out_until: null,
  running: [],
  slots: 4,
  last_refusal: null,
  checked_at: now() - 130,
  alive: true,
  credits: { total: 1_000, gift: 66, purchase: 934, vip: 0 },
  check_error: null,
  gift: null,
  ...change,
});

export const pool = (data: PoolCredential[], change: Partial<CredentialList> = {}): CredentialList => ({
  object: "list",
  data,
  has_more: false,
  last_id: data.at(-1)?.id ?? null,
  in_settings: 0,
  ...change,
});

/** One in each state of health. */
export function everyHealth(hint: string): PoolCredential[] {
  const refusal = { at: now() - 60, code: "risk_control", message: "Refused.", hint } as const;
  return [
    credential({ id: "cred_ready", gift: { at: now() - 4_000, received: 66, error: null } }),
    credential({ id: "cred_busy", name: "7", health: "busy", slots: 1, running: ["imgtask_1"] }),
    credential({ id: "cred_paused", health: "paused", paused: true, checked_at: null, alive: null, credits: null }),
    credential({ id: "cred_cooling", health: "cooling", out_until: now() + 200, last_refusal: refusal }),
    credential({ id: "cred_empty", health: "no_credits", gift: { at: now(), received: 0, error: refusal } }),
    credential({ id: "cred_expired", health: "expired", alive: false, check_error: refusal }),
    credential({
      id: "cred_ark",
      upstream: "ark",
      place: "ap",
      credential: "ark-ap-…ator",
      credits: null,
      alive: null,
    }),
  ];
}

const key = (change: Partial<Key>): Key => ({
  id: "key_1",
  object: "key",
  name: "7",
  masked: "sk-…Ab3x",
  created_at: now() - 90_000,
  expires_at: null,
  is_expired: false,
  limits: { images_per_day: null, images_per_month: null, at_once: null, models: null, batches: true },
  usage: { today: 1, this_month: 20, reserved: 4, under_way: 1, day_resets_at: now(), month_resets_at: now() },
  ...change,
});

export const keys = (): { object: "list"; data: Key[] } => ({
  object: "list",
  data: [
    key({}),
    key({ id: "key_2", name: "8", expires_at: now() - 100_000, is_expired: true }),
    key({
      id: "key_3",
      name: "9".repeat(100),
      expires_at: now() + 200_000,
      limits: { images_per_day: 100, images_per_month: 2_000, at_once: 2, models: ["dreamina-4.5"], batches: false },
    }),
  ],
});

/** The lists of the page are these. @param hint of every refusal, in the page's language */
export async function answerAll(page: Page, hint: string): Promise<void> {
  const answers = {
    "figures*": figures(hint),
    tasks: tasks(task(), waitingTask()),
    "dead-letters": letters(),
    "credentials?*": pool(everyHealth(hint), { has_more: true, in_settings: 2 }),
    keys: keys(),
  };
  for (const [path, json] of Object.entries(answers)) {
    await page.route(`**/v1/admin/${path}`, (route) => route.fulfill({ json }));
  }
}

/** The lists of the page are empty. */
export async function answerNothing(page: Page): Promise<void> {
  const { queue } = figures("");
  const none = { ...queue, waiting: 0, running: 0, oldest_waiting_seconds: null, callers: 0 };
  const answers = {
    "figures*": { object: "admin.figures", days: [], failures: [], queue: none },
    tasks: tasks(),
    "dead-letters": { object: "list", data: [] },
    "credentials?*": pool([]),
    keys: { object: "list", data: [] },
  };
  for (const [path, json] of Object.entries(answers)) {
    await page.route(`**/v1/admin/${path}`, (route) => route.fulfill({ json }));
  }
}
