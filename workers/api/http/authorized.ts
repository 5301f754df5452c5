/** The security requirements of routes: a session or an API key, or the administrator. */
export const authorized: Record<string, string[]>[] = [{ session: [] }, { apiKey: [] }];

export const ofAdmin: typeof authorized = [{ adminKey: [] }];
