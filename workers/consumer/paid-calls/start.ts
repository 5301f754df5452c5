/** Hands each paid call of an order to an object of its own. Their results are reported by those objects. */
import { type GenerateOrder, nameOf, type PaidCallOrder } from "./order.ts";

/** @param begunAt when the order was leased, Unix milliseconds. */
export async function startCalls(
  { calls, ...order }: GenerateOrder,
  begunAt: number,
  paidCalls: ConsumerEnv["PAID_CALLS"],
): Promise<void> {
  await Promise.all(
    calls.map((call) => {
      const given: PaidCallOrder = { ...order, call, begunAt };
      const start = () => paidCalls.getByName(nameOf(given)).start(given);
      // A start that broke off may have been carried out: the same object starts once.
      return start().catch(start);
    }),
  );
}
