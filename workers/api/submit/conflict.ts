/** The errors of a key that was used before: for another body, or for a task that was deleted since. */
import { AppError } from "#shared/errors.ts";

const param = "idempotency-key";

export const idempotencyConflict = () =>
  new AppError("idempotency_conflict", "This Idempotency-Key was used before with another body.", param);

/** The caller has paid for that task: another one is made only on purpose. */
export const deletedBefore = () =>
  new AppError("idempotency_conflict", "The task of this Idempotency-Key was deleted. Nothing was made again.", param, {
    en: "Send the request with a new Idempotency-Key to make the images again, which costs what a new task does.",
    zh: "如需重新生成图片，请用新的 Idempotency-Key 发送请求，费用与新任务相同。",
  });
