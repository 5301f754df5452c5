/** The reports of one paid call: one after the other, so that its end is never known before its images. */
import { carryOut, type Owner } from "#consumer/orders/carry-out.ts";
import type { Observation } from "#shared/task/events.ts";
import type { PaidCallOrder } from "./order.ts";

export class Reports {
  readonly #order: PaidCallOrder;
  readonly #owner: Owner;
  #reported: Promise<void> = Promise.resolve();
  readonly #followed: Promise<void>[] = [];

  constructor(order: PaidCallOrder, owner: Owner) {
    this.#order = order;
    this.#owner = owner;
  }

  /** Reports when all earlier reports have arrived; the orders that follow are carried out beside the later ones. */
  add(seen: Observation[]): void {
    this.#reported = this.#reported.then(() => this.#report(seen));
    // `done` rejects with it.
    this.#reported.catch(() => {});
  }

  /** @throws when a report did not arrive; then none of the later ones was sent. */
  async done(): Promise<void> {
    await this.#reported;
    await Promise.all(this.#followed);
  }

  async #report(seen: Observation[]): Promise<void> {
    const { task, step } = this.#order;
    const orders = await this.#owner.coordinator.report(seen.map((one) => ({ task, step, seen: one })));
    this.#followed.push(carryOut(orders, this.#owner.tools.now(), this.#owner));
  }
}
