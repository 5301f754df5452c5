/**
 * Photos that other apps share with the installed page: its service worker (public/share.js) keeps them until they are
 * taken.
 */

const cacheName = "shared-photos";

/** The photos of a visit that sharing began; none at other visits. They are kept no longer. */
export async function takeShared(): Promise<File[]> {
  if (!new URLSearchParams(location.search).has("shared")) return [];
  history.replaceState(null, "", location.pathname + location.hash);
  const photos: File[] = [];
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) {
    const kept = await cache.match(request);
    if (kept !== undefined) photos.push(await fileOf(kept));
    await cache.delete(request);
  }
  return photos;
}

async function fileOf(kept: Response): Promise<File> {
  const name = decodeURIComponent(kept.headers.get("x-name") ?? "");
  return new File([await kept.blob()], name, { type: kept.headers.get("content-type") ?? "" });
}
