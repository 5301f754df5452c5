/** The routes of the administrator. */
import { adminCredentials } from "./admin-credentials.ts";
import { adminDeadLetters } from "./admin-dead-letters.ts";
import { adminFigures } from "./admin-figures.ts";
import { adminKeys } from "./admin-keys.ts";
import { adminSession } from "./admin-session.ts";
import { adminTasks } from "./admin-tasks.ts";
import { metrics } from "./metrics.ts";

export const ofAdmin = [adminSession, adminKeys, adminCredentials, adminTasks, adminFigures, adminDeadLetters, metrics];
