/** The security requirement of routes: a session or an API key. */
export const authorized: Record<string, string[]>[] = [{ session: [] }, { apiKey: [] }];
