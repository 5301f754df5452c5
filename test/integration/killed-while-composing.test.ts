/** Five kills while tasks run, most of them with reference images, so that uploads are interrupted too. */
import { testRepeatedKills } from "./support/killing.ts";

testRepeatedKills({ name: "composing", kills: 5, compositions: 8, earlyGenerations: 2, perRun: 2 });
