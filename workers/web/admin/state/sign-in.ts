/** Signing in and out. The key is an argument of one request and is kept nowhere. */
import { ApiError } from "#web/api/api-error.ts";
import { client } from "./call.ts";
import { type SignInProblem, session } from "./session.ts";

const path = "/v1/admin/session";

/** Whether the cookie of an earlier visit is still good. */
export async function readSession(): Promise<void> {
  session.value = { state: "asking" };
  try {
    await client.call(path);
    session.value = { state: "in" };
  } catch (error) {
    const problem = problemOf(error);
    // Without a cookie the answer is the same as after its end.
    session.value = { state: "out", problem: problem.kind === "wrongKey" ? null : problem };
  }
}

export async function signIn(key: string): Promise<void> {
  try {
    await client.call(path, { method: "POST", authorization: `Bearer ${key}` });
    session.value = { state: "in" };
  } catch (error) {
    session.value = { state: "out", problem: problemOf(error) };
  }
}

/** @throws ApiError when the server does not answer: the cookie is still there. */
export async function signOut(): Promise<void> {
  try {
    await client.request(path, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  session.value = { state: "out", problem: null };
}

function problemOf(error: unknown): SignInProblem {
  const fault =
    error instanceof ApiError ? error : new ApiError({ status: 0, code: "internal", message: String(error) });
  if (fault.status !== 401) return { kind: "fault", error: fault };
  // The code is the same for a wrong key; the field names the setting that is missing.
  return { kind: fault.param === "ADMIN_KEY_HASH" ? "noAdministrator" : "wrongKey" };
}
