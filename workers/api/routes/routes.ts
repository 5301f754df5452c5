/** All routes of the API. */
import { batches } from "./batches.ts";
import { cancel } from "./cancel.ts";
import { compositions } from "./compositions.ts";
import { deletions } from "./deletions.ts";
import { docs } from "./docs.ts";
import { events } from "./events.ts";
import { files } from "./files.ts";
import { generations } from "./generations.ts";
import { health } from "./health.ts";
import { models } from "./models.ts";
import { ofAdmin } from "./of-admin.ts";
import { ofOpenAi } from "./of-openai.ts";
import { ofSessions } from "./of-sessions.ts";
import { tasks } from "./tasks.ts";
import { webhooks } from "./webhooks.ts";

export const routes = [
  ...[generations, compositions, tasks, events, cancel, deletions, batches, ...ofOpenAi, files],
  ...[webhooks, ...ofSessions, models, ...ofAdmin, health, docs],
];
