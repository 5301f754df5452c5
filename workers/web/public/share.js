/**
 * The service worker of the installed page. Photos that another app shares with it are kept in a cache, and the page is
 * opened, which adds them to its form (workers/web/share/). Nothing else passes through here.
 */
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "POST" && new URL(url).pathname === "/share") event.respondWith(kept(event.request));
});

async function kept(request) {
  const photos = (await request.formData()).getAll("photos");
  const cache = await caches.open("shared-photos");
  const first = Date.now();
  for (const [place, photo] of photos.entries()) {
    const headers = { "content-type": photo.type, "x-name": encodeURIComponent(photo.name) };
    await cache.put(`/share/${first + place}`, new Response(photo, { headers }));
  }
  return Response.redirect("/?shared", 303);
}
