/** What a person reads at the end of a run. Pure. */
import { counted } from "./counted.ts";
import { maxShownFailures, maxShownFaults } from "./limits.ts";
import type { Entry } from "./manifest.ts";

type Ended = {
  total: number;
  entries: Entry[];
  undelivered: Map<string, string>;
  /** Completed requests of which files were deleted that can no longer be fetched. */
  lost: number;
  out: string;
};

/** `isWhole`: every request is completed and its images are here, or was left out as asked. */
export function summaryOf({ total, entries, undelivered, lost, out }: Ended): { text: string; isWhole: boolean } {
  const by = (status: Entry["status"]) => entries.filter((entry) => entry.status === status);
  const images = entries.reduce((sum, { files }) => sum + files.length, 0);
  const [completed, failed, cancelled, skipped] = [by("completed"), by("failed"), by("cancelled"), by("skipped")];
  const unsent = total - entries.length - undelivered.size;
  const partial = completed.filter((entry) => entry.partial === true).length;
  const lines = [
    `${number(completed.length)} of ${counted(total, "request")} completed; ${counted(images, "image")} in ${out}.`,
    ...(partial > 0
      ? [
          `${number(partial)} of them ${partial === 1 ? "has" : "have"} fewer images than asked for ("partial" in the manifest).`,
        ]
      : []),
    ...(skipped.length > 0 ? [`${number(skipped.length)} ${areOf(skipped)} invalid and left out.`] : []),
    ...(cancelled.length > 0 ? [`${number(cancelled.length)} ${areOf(cancelled)} cancelled.`] : []),
    ...(lost > 0
      ? [
          `${number(lost)} of them ${lost === 1 ? "lacks" : "lack"} files there; only the sessions before --new-session could fetch them.`,
        ]
      : []),
    ...(unsent > 0
      ? [`${number(unsent)} ${unsent === 1 ? "was" : "were"} not sent. The same arguments send them.`]
      : []),
    ...failuresOf(failed),
    ...againText(failed.length, cancelled.length),
    ...(failed.some(({ error }) => error?.code === "session_expired") ? [newSession] : []),
    ...(undelivered.size > 0
      ? [
          `${number(undelivered.size)} ${undelivered.size === 1 ? "is" : "are"} made, but not downloaded. Start again with the same arguments.`,
        ]
      : []),
  ];
  return { text: lines.join("\n"), isWhole: completed.length + skipped.length === total && lost === 0 };
}

const newSession = "When their sessions have expired, --new-session with others sends all that is not completed.";

const areOf = ({ length }: Entry[]): string => (length === 1 ? "was" : "were");

function failuresOf(failed: Entry[]): string[] {
  if (failed.length === 0) return [];
  const byCode = new Map<string, number>();
  for (const { error } of failed) byCode.set(error?.code ?? "unknown", (byCode.get(error?.code ?? "unknown") ?? 0) + 1);
  return [
    `${number(failed.length)} failed:`,
    ...[...byCode].sort(([, one], [, other]) => other - one).map(([code, count]) => `  ${number(count)} × ${code}`),
    ...failed
      .slice(0, maxShownFailures)
      .map(({ custom_id, error }) => `  ${custom_id}: ${error?.message ?? "no reason given"}`),
    ...(failed.length > maxShownFailures ? ["  … all of them are in manifest.jsonl."] : []),
  ];
}

function againText(failed: number, cancelled: number): string[] {
  const which = [...(failed > 0 ? ["failed"] : []), ...(cancelled > 0 ? ["cancelled"] : [])];
  if (which.length === 0) return [];
  return [`The same arguments with --retry-failed send the ${which.join(" and ")} ones again.`];
}

/** @param faults in any order; one sentence each */
export function faultsText(faults: { line: number; customId?: string | undefined; message: string }[]): string {
  const sorted = faults.toSorted((one, other) => one.line - other.line);
  const shown = sorted.slice(0, maxShownFaults).map(({ line, customId, message }) => {
    const id = customId === undefined || customId === "" ? "" : ` (${customId})`;
    return `  line ${line}${id}: ${message}`;
  });
  const rest = faults.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  … and ${number(rest)} more.`] : [])].join("\n");
}

const number = (count: number): string => count.toLocaleString("en-US");
