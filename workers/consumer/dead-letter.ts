/** Reports a wake-up that was delivered as often as allowed and never carried out, as an observation. */
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { wakeUpSchema } from "#shared/task/message.ts";

/** @throws when the coordinator cannot be reached; the message is then retried. */
export async function reportDeadLetter(body: unknown, coordinators: DurableObjectNamespace): Promise<void> {
  log("error", "dead_letter", { message: body });
  const wakeUp = wakeUpSchema.safeParse(body);
  if (!wakeUp.success) return;
  const { owner, task, step } = wakeUp.data;
  await coordinatorOf(coordinators, owner).report([{ task, step, seen: { kind: "abandoned" } }]);
}
