/** A resource that is loaded with the part that shows it, and lives as long. */
import { useEffect, useRef, useState } from "preact/hooks";
import { newResource, type Resource } from "./resource.ts";

export function useResource<T>(fetch: () => Promise<T>): Resource<T> {
  const fetching = useRef(fetch);
  fetching.current = fetch;
  const [resource] = useState(() => newResource(() => fetching.current()));
  useEffect(() => {
    void resource.load();
  }, [resource]);
  return resource;
}
