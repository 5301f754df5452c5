/** What can be done with a credential, each with its notice. */
import { type Signal, useSignal } from "@preact/signals";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { attempt } from "#web/admin/attempt.ts";
import { call, send } from "#web/admin/state/call.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";

type Actions = {
  isBusy: Signal<boolean>;
  pause: (paused: boolean) => Promise<void>;
  check: () => Promise<void>;
  remove: () => Promise<void>;
};

export function useCredential(
  { id, name, credential: masked }: PoolCredential,
  onChanged: (credential: PoolCredential) => void,
  onRemoved: () => Promise<void>,
): Actions {
  const t = messages(adminPoolMessages);
  const label = name || masked;
  const path = `/v1/admin/credentials/${id}`;
  const isBusy = useSignal(false);
  const change = async (load: () => Promise<PoolCredential>, done: string) => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    await attempt(async () => onChanged(await load()), done);
    isBusy.value = false;
  };
  return {
    isBusy,
    pause: (paused) =>
      change(
        () => call<PoolCredential>(path, { method: "PATCH", json: { paused } }),
        paused ? t.paused(label) : t.resumed(label),
      ),
    check: () => change(() => call<PoolCredential>(`${path}/check`, { method: "POST" }), t.checkedNow),
    remove: async () => {
      if (await attempt(() => send(path, "DELETE"), t.removed(label))) await onRemoved();
    },
  };
}
