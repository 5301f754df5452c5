/**
 * Sends deliveries to their receivers, once each, and reports each as soon as it is over. Redirects are not followed, and
 * the answer's body is not read. Never rejects: a delivery that is not reported is due again when its lease ends.
 */

import { deliveryTimeoutMs } from "#consumer/limits.ts";
import { Deadline } from "#shared/deadline.ts";
import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import type { Coordinator } from "#shared/task/coordinator.ts";
import type { DeliveryReport, LeasedDelivery } from "#shared/task/webhook.ts";
import { readWebhookAddress } from "#shared/webhook-address.ts";
import { openSecret } from "#shared/webhook-secret.ts";
import { signaturesOf } from "./sign.ts";

type Sender = {
  owner: string;
  coordinator: Pick<Coordinator, "webhooks">;
  seal: Seal;
  exemptOrigin: string | undefined;
  /** Unix milliseconds. */
  now: () => number;
};

export async function deliverAll(deliveries: LeasedDelivery[], sender: Sender): Promise<void> {
  await Promise.all(
    deliveries.map(async (delivery) => {
      try {
        const outcome = await deliver(delivery, sender);
        await sender.coordinator.webhooks("report", [{ id: delivery.id, attempt: delivery.attempt, ...outcome }]);
      } catch (error) {
        log("warn", "delivery_not_reported", { delivery: delivery.id, owner: sender.owner, error });
      }
    }),
  );
}

type Outcome = Pick<DeliveryReport, "status" | "fault">;

async function deliver(delivery: LeasedDelivery, sender: Sender): Promise<Outcome> {
  const { url, origin } = delivery;
  // The setting may have changed since the address was checked first.
  const address = readWebhookAddress(url, { selves: [new URL(origin)], exemptOrigin: sender.exemptOrigin });
  if (!address.ok) return { status: null, fault: "forbidden" };
  const secrets = await opened(delivery, sender);
  if (secrets.length === 0) return { status: null, fault: "secret" };
  return post(address.value, await signed(delivery, secrets, sender.now()));
}

/** Those that open: after the secret key was replaced twice, older ones do not. */
async function opened({ id, secrets }: LeasedDelivery, { seal, owner }: Sender): Promise<string[]> {
  const found = await Promise.allSettled(secrets.map((sealed) => openSecret(seal, owner, sealed)));
  if (found.some(({ status }) => status === "rejected"))
    log("error", "webhook_secret_unreadable", { delivery: id, owner });
  return found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

async function signed({ id, body }: LeasedDelivery, secrets: string[], now: number): Promise<RequestInit> {
  const timestamp = Math.floor(now / 1000);
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "dreamina-image-api",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await signaturesOf(secrets, { id, timestamp, body }),
    },
  };
}

async function post(url: URL, init: RequestInit): Promise<Outcome> {
  using deadline = Deadline.after(deliveryTimeoutMs);
  const { signal } = deadline;
  try {
    const answer = await fetch(url, { ...init, redirect: "manual", signal });
    // Not awaited: an endless body would hold it up.
    answer.body?.cancel().catch(() => {});
    return { status: answer.status, fault: null };
  } catch {
    return { status: null, fault: signal.aborted ? "timeout" : "unreachable" };
  }
}
