/** Five kills while generations run; four are submitted in each run of the runtime. */
import { testRepeatedKills } from "./support/killing.ts";

testRepeatedKills({ name: "generating", kills: 5, compositions: 0, earlyGenerations: 0, perRun: 4 });
