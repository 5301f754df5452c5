/** A tick that was delivered as often as allowed and never served: its owner's coordinator sends another one. */
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { ownerOf } from "#shared/task/message.ts";
import { registryOf } from "#shared/task/registry.ts";

type Message = { id: string; body: unknown };

/** @throws when the coordinator cannot be reached; the message is then retried. */
export async function takeDeadLetter(
  { id, body }: Message,
  { COORDINATOR, REGISTRY }: Pick<ConsumerEnv, "COORDINATOR" | "REGISTRY">,
): Promise<void> {
  log("error", "dead_letter", { message: body });
  const owner = ownerOf(body);
  if (owner === null) return;
  await coordinatorOf(COORDINATOR, owner).missed();
  // The tasks are looked after; only the administrator's list would lack it.
  await registryOf(REGISTRY)
    .noteDeadLetter(id, owner)
    .catch((error: unknown) => log("warn", "dead_letter_not_noted", { owner, error }));
}
