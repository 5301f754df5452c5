import type { SessionClaim } from "#shared/wire/sessions.ts";
import { call } from "./client.ts";
import { refreshCredits } from "./session-checks.ts";

/**
 * Claims the day's gift for each active session, and fetches the balances again.
 * @returns the credits that came.
 * @throws ApiError.
 */
export async function claimGift(): Promise<number> {
  const { data } = await call<{ data: SessionClaim[] }>("/v1/credits/claim", { method: "POST" });
  void refreshCredits(0);
  return data.reduce((sum, { claimed }) => sum + claimed, 0);
}
