/** The path of a task at this API. */
export const taskPath = (id: string): string => `/v1/images/tasks/${id}`;
