/**
 * What the API answers, as far as the page uses it. The names are those on the wire; the API's own reference says what
 * each of them means.
 */
export type RegionId = "cn" | "us" | "hk" | "jp" | "sg";
export const regionIds: readonly RegionId[] = ["us", "hk", "jp", "sg", "cn"];

export type TaskStatus = "pending" | "processing" | "completed" | "failed";

export type ImageView = { url: string; width: number; height: number; bytes: number; content_type: string };

export type ErrorInfo = {
  code: string;
  message: string;
  hint: string;
  retryable: boolean;
  upstream?: { ret?: string; key?: string; text?: string };
};

export type TaskView = {
  id: string;
  status: TaskStatus;
  progress: number;
  images?: string[];
  created_at: number;
  updated_at: number;
  completed_at?: number;
  expires_at: number;
  submit_id: string;
  model: string;
  queue_position?: number;
  eta_seconds?: number;
  waiting_for?: string;
  waiting_code?: string;
  error?: string;
  error_code?: string;
  error_info?: ErrorInfo;
  partial: boolean;
  data?: ImageView[];
};

/** The answer to a submit. */
export type Accepted = {
  id: string;
  status: TaskStatus;
  submit_id: string;
  created_at: number;
  expires_at: number;
  poll_url: string;
  input_images?: number;
};

export type TaskList = { object: "list"; data: TaskView[]; has_more: boolean; last_id: string | null };

export type Cancelled = TaskView & { cancel: "done" | "requested" | "too_late" };

export type Pixels = { width: number; height: number };

export type ModelInfo = {
  id: string;
  name: string;
  ratios: string[];
  resolutions: string[];
  /** Pixels by resolution and ratio. */
  sizes: Record<string, Record<string, Pixels>>;
  regions: RegionId[];
  /** Regions where less is possible than the lists above say. */
  restricted?: Partial<Record<RegionId, { ratios: string[] }>>;
  counts: number[];
  default_count: number;
  max_inputs: number;
  intelligent_ratio: boolean;
  credits_per_image?: Record<string, number>;
};

export type Credits = { total: number; gift: number; purchase: number; vip: number };

export type SessionCheck = {
  session: string;
  region: RegionId;
  alive: boolean | null;
  answers_in: RegionId[] | null;
  credits: Credits | null;
  message: string;
  hint?: string;
  error_code?: string;
};

export type SessionCredits = {
  session: string;
  region: RegionId;
  alive: boolean | null;
  health: "ok" | "no_credits" | "expired" | "risk_control" | "rate_limited" | "unreachable" | "unknown";
  credits: Credits | null;
  error?: { code: string; message: string; hint: string };
};

export type Health = { status: "ok" | "degraded"; upstream: "live" | "relay" | "simulator" };
