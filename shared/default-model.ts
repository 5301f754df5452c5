/** The model of a request that names none. */
export const defaultModelId = "dreamina-4.5";
