/** Who is signed in, signing in and out. */

import { ask } from "./http";
import type { Account } from "./types";

export async function me(signal?: AbortSignal): Promise<Account> {
  return (await ask<{ account: Account }>("GET", "/me", signal ? { signal } : {})).account;
}

/** Spends a one-time link; the answer sets the console's cookie. */
export function signIn(token: string): Promise<void> {
  return ask("POST", "/sign-in", { body: { token } });
}

export function signOut(): Promise<void> {
  return ask("POST", "/sign-out");
}
