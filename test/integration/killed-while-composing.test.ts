/** Five kills of one run, most of whose tasks start from reference images: uploads are cut in the middle, too. */
import { killedAgainAndAgain } from "./support/killing.ts";

killedAgainAndAgain({ name: "composing", kills: 5, compositions: 8, earlyGenerations: 2, perLife: 2 });
