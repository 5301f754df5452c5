/** Reads an SVG drawing as an image: it then runs no script and loads nothing. */
import type { Drawing } from "./drawing.ts";

/**
 * From a data URL: browsers do not hand out the pixels of a drawing with HTML in it that came from a `blob:` address.
 * @returns null when it is not well-formed.
 */
export async function drawnImage({ text, width, height }: Drawing): Promise<HTMLImageElement | null> {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  return image.decode().then(
    () => image,
    () => null,
  );
}
