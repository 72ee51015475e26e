/** What the service answers when it cannot do what was asked (RFC 9457), as an error that pages can show. */

/** One field of a request that was refused. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
  /** What would have been accepted; may be empty. */
  readonly allowed: string;
}

/** A request that failed: `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    message: string,
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(message);
  }

  /** True where the visitor has to sign in (again). */
  get signedOut(): boolean {
    return this.status === 401;
  }

  /** The words for one field, or undefined; `people.2.email` is also found as `email`. */
  forField(name: string): string | undefined {
    const found = this.fields.find((item) => item.field === name || item.field.endsWith(`.${name}`));
    return found ? fieldWords(found) : undefined;
  }

  /** Problems of fields that the form does not show, so that none is swallowed. */
  notIn(names: readonly string[]): string[] {
    return this.fields
      .filter((item) => !names.some((name) => item.field === name || item.field.endsWith(`.${name}`)))
      .map((item) => `${item.field}: ${fieldWords(item)}`);
  }
}

/** "Must not be empty. Allowed: 1 to 200 characters." without doubled full stops. */
export function fieldWords(problem: FieldProblem): string {
  const message = sentence(problem.message);
  return problem.allowed ? `${message} Allowed: ${sentence(problem.allowed, false)}` : message;
}

function sentence(text: string, capital = true): string {
  const trimmed = text.trim();
  if (!trimmed) return "";
  const first = capital ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Reads the body of a failed answer; anything unexpected in it still gives words. */
export function readProblem(status: number, body: unknown): ApiError {
  const source = isRecord(body) ? body : {};
  const fields = Array.isArray(source.errors) ? source.errors.flatMap(readField) : [];
  const detail = text(source.detail) || text(source.title) || fallback(status);
  return new ApiError(status, sentence(detail), fields);
}

/** The error for a request that got no answer; one that changes something may have been done all the same. */
export function unreachable(changes: boolean): ApiError {
  const advice = changes
    ? "It may or may not have been done: look before you try again."
    : "Check the connection and try again.";
  return new ApiError(0, `The service did not answer. ${advice}`);
}

/** Words for whatever was thrown. */
export function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return "Something went wrong in this page. Reload it and try again.";
}

function readField(value: unknown): FieldProblem[] {
  if (!isRecord(value)) return [];
  const field = text(value.field);
  const message = text(value.message);
  if (!field || !message) return [];
  const allowed = Array.isArray(value.allowed) ? value.allowed.map(String).join(", ") : text(value.allowed);
  return [{ field, message, allowed }];
}

function fallback(status: number): string {
  if (status === 401) return "You are signed out. Sign in again to go on.";
  if (status === 403) return "This account may not do that.";
  if (status === 404) return "That is not here any more. It may have been removed.";
  if (status === 409 || status === 412)
    return "Somebody changed this in the meantime. Reload to see the newest state.";
  if (status === 429) return "Too many requests in a short time. Wait a minute and try again.";
  if (status >= 500) return "The service has a problem. Nothing was changed. Try again in a moment.";
  return "The service refused the request.";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
