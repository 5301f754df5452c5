/**
 * The order of test files. Vitest runs one project after the other; of those that start the whole product some wait
 * most of their time (integration, clients) and one needs processors (deploy), so mixed they take less time. Projects
 * whose files share a process stay together. The longest file starts first: started last, it would run alone at the
 * end.
 */
import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { FILE_BUDGETS } from "#scripts/test/times.ts";

export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const kindOf = ({ moduleId, project: { config } }: TestSpecification) => {
      if (config.sequence.groupOrder === 0) return "small";
      if (path.relative(root, moduleId) in FILE_BUDGETS) return "long";
      return config.isolate ? "mixed" : "together";
    };
    const { small = [], long = [], together = [], mixed = [] } = Object.groupBy(await super.sort(files), kindOf);
    return [...small, ...long, ...together, ...spread(mixed)];
  }
}

/** Mixes the projects' files evenly; each project's files keep their order. */
function spread(files: TestSpecification[]): TestSpecification[] {
  const byProject = Map.groupBy(files, ({ project }) => project.name);
  return [...byProject.values()]
    .flatMap((own) => own.map((file, index) => ({ file, place: (index + 0.5) / own.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ file }) => file);
}
