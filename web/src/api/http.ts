/** The one place that talks HTTP: JSON in, JSON out, problems as ApiError, entity tags kept beside the value. */

import { type ApiError, readProblem, unreachable } from "./problem";

/** A value with the entity tag of the state it shows. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag: string;
}

export interface Request {
  readonly body?: unknown;
  /** Only change the state that this tag names; the service answers 412 otherwise. */
  readonly ifMatch?: string;
  /** The same key for the same wish: the service then does it once. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Who asks, where no console's cookie says it: "Device con_1.secret". */
  readonly authorization?: string;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Sends one request under /api/v1 with the console's cookie. */
export async function send<T>(method: Method, path: string, request: Request = {}): Promise<Tagged<T>> {
  const response = await answerTo(method, path, request);
  if (!response.ok) throw await problemOf(response);
  const etag = response.headers.get("ETag") ?? "";
  if (response.status === 204) return { value: undefined as T, etag };
  return { value: (await response.json()) as T, etag };
}

/** As {@link send}, for callers that need no tag. */
export async function ask<T>(method: Method, path: string, request: Request = {}): Promise<T> {
  return (await send<T>(method, path, request)).value;
}

/** A file that the service makes, to be saved. */
export async function askFile(path: string, request: Request = {}): Promise<Blob> {
  const response = await answerTo("GET", path, request);
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** Sends a file as the body of a POST; `onSent` is told the share that has left, 0 to 1. */
export function upload<T>(path: string, file: Blob, onSent: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much of a body has left
    request.open("POST", `/api/v1${path}`);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => onSent(event.total ? event.loaded / event.total : 1);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(readProblem(request.status, request.response));
    };
    request.onerror = () => reject(unreachable(false));
    request.send(file);
  });
}

async function answerTo(method: Method, path: string, request: Request): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (request.authorization) headers.Authorization = request.authorization;
  if (request.key) headers["Idempotency-Key"] = request.key;
  if (request.ifMatch) headers["If-Match"] = request.ifMatch;
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable(method !== "GET");
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    return readProblem(response.status, await response.json());
  } catch {
    return readProblem(response.status, null);
  }
}

/** A path segment or query from named values; absent and empty ones are left out. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const used = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") used.set(key, String(value));
  }
  const text = used.toString();
  return text ? `?${text}` : "";
}
