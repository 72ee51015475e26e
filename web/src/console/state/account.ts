import { signal } from "@preact/signals";
import { me } from "../../api/account";
import { ApiError, wordsOf } from "../../api/problem";
import type { Account } from "../../api/types";

export type Visitor =
  | { readonly is: "unknown" }
  | { readonly is: "signed-in"; readonly account: Account }
  | { readonly is: "signed-out" }
  | { readonly is: "unreachable"; readonly words: string };

/** Who sits here. */
export const visitor = signal<Visitor>({ is: "unknown" });

/** Asks the service who is signed in. */
export async function recognize(): Promise<void> {
  try {
    visitor.value = { is: "signed-in", account: await me() };
  } catch (error) {
    if (!noticeSignedOut(error)) visitor.value = { is: "unreachable", words: wordsOf(error) };
  }
}

/** Turns the whole console to "signed out" where an answer says so; true if it did. */
export function noticeSignedOut(error: unknown): boolean {
  if (!(error instanceof ApiError && error.signedOut)) return false;
  visitor.value = { is: "signed-out" };
  return true;
}
