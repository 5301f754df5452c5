/** What a part of the page shows, loaded from the server. */
import { type Signal, signal } from "@preact/signals";
import { ApiError } from "#web/api/api-error.ts";

export type Resource<T> = {
  /** null before the first answer. */
  value: Signal<T | null>;
  /** Why the last load failed. */
  error: Signal<ApiError | null>;
  isLoading: Signal<boolean>;
  /** Never rejects. Of several loads the last one counts. */
  load: () => Promise<void>;
  /** Loads, unless a load is under way: it would never end where the server is slower than the refreshes. */
  refresh: () => Promise<void>;
  /** Shows what an answer of the server changed. A load under way may not know it yet, and begins again. */
  change: (changed: (value: T) => T) => void;
};

/** Nothing is loaded yet. */
export function newResource<T>(fetch: () => Promise<T>): Resource<T> {
  const value = signal<T | null>(null);
  const error = signal<ApiError | null>(null);
  const isLoading = signal(false);
  let last = 0;
  const load = async () => {
    last += 1;
    const mine = last;
    isLoading.value = true;
    const outcome = await fetch().then(
      (loaded) => ({ loaded, fault: null }),
      (fault: unknown) => ({ loaded: null, fault: asApiError(fault) }),
    );
    if (mine !== last) return;
    if (outcome.loaded !== null) value.value = outcome.loaded;
    error.value = outcome.fault;
    isLoading.value = false;
  };
  const refresh = async () => {
    if (!isLoading.peek()) await load();
  };
  const change = (changed: (value: T) => T) => {
    const before = value.peek();
    if (before !== null) value.value = changed(before);
    if (isLoading.peek()) void load();
  };
  return { value, error, isLoading, load, refresh, change };
}

const asApiError = (fault: unknown): ApiError =>
  fault instanceof ApiError ? fault : new ApiError({ status: 0, code: "internal", message: String(fault) });
