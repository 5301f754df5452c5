/** Keys that this server makes, by their beginnings. Pure. */

/** Whether the text is an API key of this server, or the administrator's key. */
export const isOwnKey = (text: string): boolean => /^(sk|adm)-/i.test(text);
