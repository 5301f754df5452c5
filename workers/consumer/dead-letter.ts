/** A tick that was delivered as often as allowed and never served: its owner's coordinator sends another one. */
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { ownerOf } from "#shared/task/message.ts";

/** @throws when the coordinator cannot be reached; the message is then retried. */
export async function takeDeadLetter(body: unknown, coordinators: DurableObjectNamespace): Promise<void> {
  log("error", "dead_letter", { message: body });
  const owner = ownerOf(body);
  if (owner !== null) await coordinatorOf(coordinators, owner).missed();
}
