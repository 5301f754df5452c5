/** The key of the small version of an image, beside it in the bucket: it is deleted with the image. Pure. */
export const smallKey = (imageKey: string): string => `${imageKey}/small`;
