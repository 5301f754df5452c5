/** The routes of the administrator. */
import { adminCredentials } from "./admin-credentials.ts";
import { adminKeys } from "./admin-keys.ts";
import { adminSession } from "./admin-session.ts";

export const ofAdmin = [adminSession, adminKeys, adminCredentials];
