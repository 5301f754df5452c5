/** The page's title with the number of images that were not seen yet. Pure. */
export const countedTitle = (count: number, title: string): string => (count === 0 ? title : `(${count}) ${title}`);
