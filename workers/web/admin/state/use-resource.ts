/** What a part of the page shows, loaded from the server. It lives as long as the part is shown. */
import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { ApiError } from "#web/api/api-error.ts";

export type Resource<T> = {
  /** null before the first answer. */
  value: Signal<T | null>;
  /** Why the last load failed. */
  error: Signal<ApiError | null>;
  isLoading: Signal<boolean>;
  /** Never rejects. Of several loads the last one counts. */
  load: () => Promise<void>;
};

export function useResource<T>(fetch: () => Promise<T>): Resource<T> {
  const value = useSignal<T | null>(null);
  const error = useSignal<ApiError | null>(null);
  const isLoading = useSignal(true);
  const last = useRef(0);
  const fetching = useRef(fetch);
  fetching.current = fetch;
  const load = useCallback(async () => {
    last.current += 1;
    const mine = last.current;
    isLoading.value = true;
    const outcome = await fetching.current().then(
      (loaded) => ({ loaded, fault: null }),
      (fault: unknown) => ({ loaded: null, fault: asApiError(fault) }),
    );
    if (mine !== last.current) return;
    if (outcome.loaded !== null) value.value = outcome.loaded;
    error.value = outcome.fault;
    isLoading.value = false;
  }, [value, error, isLoading]);
  useEffect(() => {
    void load();
  }, [load]);
  return { value, error, isLoading, load };
}

const asApiError = (fault: unknown): ApiError =>
  fault instanceof ApiError ? fault : new ApiError({ status: 0, code: "internal", message: String(fault) });
