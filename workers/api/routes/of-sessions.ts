/** Questions about sessions and keys. */
import { credits } from "./credits.ts";
import { sessions } from "./sessions.ts";

export const ofSessions = [credits, sessions];
