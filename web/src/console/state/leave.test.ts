import { beforeEach, expect, test, vi } from "vitest";
import { leave, leaving, unsaved } from "./leave";

beforeEach(() => {
  unsaved.value = false;
  leaving.value = null;
});

test("where nothing would be lost everybody leaves at once", () => {
  const go = vi.fn();
  leave(go);
  expect(go).toHaveBeenCalledOnce();
  expect(leaving.value).toBeNull();
});

test("where something would be lost it asks, and knows what somebody wanted", () => {
  const go = vi.fn();
  unsaved.value = true;
  leave(go);
  expect(go).not.toHaveBeenCalled();
  leaving.value?.();
  expect(go).toHaveBeenCalledOnce();
});
