/** Whether this browser is signed in as the administrator, and why not. */
import { signal } from "@preact/signals";
import type { ApiError } from "#web/api/api-error.ts";

/** `wrongKey`, `noAdministrator` and `ended` have texts of their own; other faults have those of their codes. */
export type SignInProblem = { kind: "wrongKey" | "noAdministrator" | "ended" } | { kind: "fault"; error: ApiError };

type Session = { state: "asking" } | { state: "in" } | { state: "out"; problem: SignInProblem | null };

export const session = signal<Session>({ state: "asking" });
