/**
 * The order of test files. Vitest runs one project after the other; of those that start the whole product some wait most
 * of their time (integration, clients) and one needs processors (deploy), so side by side they take less. Projects whose
 * files share a process stay together, or they would not share it.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isMixed = ({ project: { config } }: TestSpecification) => config.sequence.groupOrder > 0 && config.isolate;
    return [...sorted.filter((file) => !isMixed(file)), ...mixed(sorted.filter(isMixed))];
  }
}

/** Each project's files in their order, spread evenly over the whole. */
function mixed(files: TestSpecification[]): TestSpecification[] {
  const byProject = Map.groupBy(files, ({ project }) => project.name);
  return [...byProject.values()]
    .flatMap((own) => own.map((file, index) => ({ file, place: (index + 0.5) / own.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ file }) => file);
}
