/** What was loaded; before that, that it is loading, or why it could not be loaded. */
import type { ComponentChildren } from "preact";
import type { Resource } from "#web/admin/state/resource.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import { Problem } from "./problem.tsx";

type LoadedProps<T> = { resource: Resource<T>; children: (value: T) => ComponentChildren };

export function Loaded<T>({ resource, children }: LoadedProps<T>) {
  const t = messages(adminMessages);
  const { value, error, isLoading, load } = resource;
  return (
    <>
      {error.value !== null && (
        <Problem title={t.notLoaded} error={error.value} isBusy={isLoading.value} onAgain={() => void load()} />
      )}
      {value.value !== null
        ? children(value.value)
        : error.value === null && (
            <p class="loading" role="status">
              <span class="spinner" aria-hidden="true" />
              {t.loading}
            </p>
          )}
    </>
  );
}
