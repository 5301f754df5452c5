/** A refusal of the API, or an answer that did not come or could not be read. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The API's code, or one of this page: `offline`, `no_sessions` or `unreadable`. */
  readonly code: string;
  /** In the page's language; empty when there is none. */
  readonly hint: string;
  readonly param: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(fault: {
    status: number;
    code: string;
    message: string;
    hint?: string;
    param?: string | null;
    retryable?: boolean;
    retryAfterSeconds?: number | null;
  }) {
    super(fault.message);
    this.name = "ApiError";
    this.status = fault.status;
    this.code = fault.code;
    this.hint = fault.hint ?? "";
    this.param = fault.param ?? null;
    this.retryable = fault.retryable ?? false;
    this.retryAfterSeconds = fault.retryAfterSeconds ?? null;
  }
}
