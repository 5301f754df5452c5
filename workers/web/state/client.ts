/** The page's client of the API: sends the active sessions and the page's language. */
import { createClient } from "#web/api/client.ts";
import { locale } from "#web/messages/index.ts";
import { authorization } from "./sessions.ts";

export const { call, request } = createClient({ authorization, language: locale });
