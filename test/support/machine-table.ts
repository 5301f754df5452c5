/** The state diagram and the table of phases in shared/README.md, from the rules that the phases declare. */
import type { Input } from "#shared/task/machine/rules.ts";
import { machine } from "#shared/task/machine/step.ts";
import { type Phase, phases } from "#shared/task/phases.ts";
import { statusByPhase } from "#shared/task/view.ts";

export const markers = { begin: "<!-- generated: phases -->", end: "<!-- end -->" };

/** The document with its generated part made again. */
export function withMachine(text: string): string {
  const [head, rest = ""] = text.split(markers.begin);
  const tail = rest.split(markers.end)[1] ?? "";
  return `${head}${markers.begin}\n${diagram()}\n\n${table()}\n${markers.end}${tail}`;
}

/** The declared rules of a phase: each input, and the phases that may follow it in time. */
export const declared = (phase: Phase): { kind: Input["kind"]; leadsTo: readonly Phase[] }[] =>
  Object.entries(machine[phase].sees).map(([kind, { leadsTo }]) => ({ kind: kind as Input["kind"], leadsTo }));

function diagram(): string {
  const edges = phases.flatMap((from) =>
    phases.flatMap((to) => {
      const kinds = declared(from).filter(({ leadsTo }) => leadsTo.includes(to));
      const names = kinds.map(({ kind }) => kind);
      if (machine[from].deadline.leadsTo.includes(to)) names.push("deadline" as Input["kind"]);
      return from === to || names.length === 0 ? [] : `  ${from} --> ${to}: ${names.join(", ")}`;
    }),
  );
  return ["```mermaid", "stateDiagram-v2", "  [*] --> parked", ...edges, "```"].join("\n");
}

function table(): string {
  const rows = phases.map((phase) => {
    const inputs = declared(phase).map(({ kind }) => `\`${kind}\``);
    return `| ${phase} | ${statusByPhase[phase]} | ${inputs.join(", ") || "–"} | ${machine[phase].deadline.says} |`;
  });
  return ["| phase | callers see | inputs that apply | ends after |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
