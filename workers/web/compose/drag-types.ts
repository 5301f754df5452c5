/**
 * Types of drags that begin on this page, beside those of their data. `thumbnail`: moved among the others of the form.
 * `tile`: an image of a task; only the form takes it, so that a drag can be given up.
 */
export const dragTypes = { thumbnail: "application/x-dreamina-thumbnail", tile: "application/x-dreamina-tile" };
