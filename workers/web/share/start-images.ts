/** The images of the form at the start of a visit: those of the last one, then photos that were shared with the page. */
import { addFiles } from "#web/compose/incoming.ts";
import { storeDraftImages } from "#web/state/draft-images.ts";
import { receiveShared } from "./receive-shared.ts";
import { takeShared } from "./take-shared.ts";

/** @param restores whether the images of the last visit come back. */
export async function startImages({ restores }: { restores: boolean }): Promise<void> {
  receiveShared();
  await storeDraftImages({ restores });
  const photos = await takeShared();
  if (photos.length > 0) addFiles(photos);
}
