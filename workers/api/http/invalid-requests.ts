/** The refusal of a batch, with everything that is wrong in it. */
import { AppError } from "#shared/errors.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";

export class InvalidRequestsError extends AppError {
  readonly invalid: InvalidRequest[];

  constructor(invalid: InvalidRequest[], total: number) {
    const [first] = invalid;
    const where = first === undefined ? "" : ` The first is line ${first.line}: ${first.message}`;
    super(
      first?.code ?? "invalid_value",
      `${invalid.length} of ${total} requests cannot be taken, so nothing was started; \`invalid_requests\` names each.${where}`,
      "requests",
      {
        en: "Correct the lines that `invalid_requests` names, or start without them with ?skip_invalid=true.",
        zh: "请修正 `invalid_requests` 列出的各行；加上 ?skip_invalid=true 则略过它们，只启动其余请求。",
      },
    );
    this.invalid = invalid;
  }
}
