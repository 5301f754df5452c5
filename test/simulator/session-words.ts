// The scenarios of an account, chosen by a word in a demo session such as `demo-sg-full`. README.md lists them; a test
// compares the two.

/** Each word with its effect. */
export const sessionScenarios = {
  expired: "1015 on every call (34010105 from international commerce)",
  nocredit: "balance 0, so 1006 on submit",
  lowcredit: "balance 4, enough for one job of four images",
  risk: "-6 / 4013 on every submit",
  punished: "1018 on every submit, data null",
  limit: "121101 on every submit (daily limit)",
  full: "1310 on every submit",
  single: "one job at a time, 1310 for a second",
  throttled: "2020 on every submit (rate limit)",
  moved: "belongs to another cluster than its name says: us to sg, sg and cn to us",
  unconfirmed: "4010 on every submit until aigc_compliance_confirmed is set with update_settings",
  picky: "2003 for every image it checks (CN); jobs with reference images fail with 2039",
  claimed: "has claimed today's credits already",
} as const;

export type SessionScenario = keyof typeof sessionScenarios;

/** A whole word, with or without a number after it: `sg-full`, `full2`, but not `fullmoon`. */
export function sessionScenarioIn(words: string): SessionScenario | undefined {
  return words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ""))
    .find(isSessionScenario);
}

export function isSessionScenario(value: unknown): value is SessionScenario {
  return typeof value === "string" && Object.hasOwn(sessionScenarios, value);
}
