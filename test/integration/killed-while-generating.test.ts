/** Five kills of one run of generations, four of them asked for in each of its lives. */
import { killedAgainAndAgain } from "./support/killing.ts";

killedAgainAndAgain({ name: "generating", kills: 5, compositions: 0, earlyGenerations: 0, perLife: 4 });
