import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CheckIn, SharedCamera } from "../api/shared-camera";
import { Company } from "./company";

const ANA: CheckIn = {
  id: "chk_1",
  person_id: "per_1",
  name: "Ana Ortiz",
  profession: "Nurse",
  matched: true,
  way: "screen",
  at: "2026-11-21T19:00:00Z",
  out_at: null,
  confirmed_at: null,
  unanswered: false,
};
const HOST = { person_id: "per_0", name: "Clinic 4", profession: "" };

function camera(...check_ins: CheckIn[]): SharedCamera {
  const gathering = {
    id: "gth_1",
    host: HOST,
    host_here: true,
    site: null,
    code: "ABC234",
    opened_at: ANA.at,
    check_ins,
  };
  return { site: "Clinic 4", gathering, link: "", qr: [], known: [], asking: false };
}

const asked: { method: string; path: string; headers: Record<string, string> }[] = [];
let answers: { status: number; body: unknown }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("fetch", async (path: string, { method, headers }: RequestInit) => {
    asked.push({ method: method ?? "", path, headers: headers as Record<string, string> });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    return new Response(JSON.stringify(body), { status });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.length = 0;
  answers = [];
});

function inRoom(): Company {
  const company = new Company(() => ({ connection_id: "con_1", secret: "s3cret" }));
  company.entered("ses_1");
  return company;
}

test("a device that is alone asks the service nothing, and says so once", () => {
  const company = inRoom();
  company.changed();
  expect(asked).toEqual([]);
  expect(company.answered.value).toBe(false);
  company.alone();
  expect(inRoom().answered.value).toBe(true);
  company.left();
});

test("a shared camera is looked at again after a reload and whenever it changed", async () => {
  answers = [{ status: 200, body: camera() }];
  await inRoom().share();
  expect(asked[0]).toMatchObject({ method: "POST", headers: { Authorization: "Device con_1.s3cret" } });
  const gone = { ...ANA, id: "chk_2", out_at: "2026-11-21T19:10:00Z" };
  answers = [
    { status: 200, body: camera(ANA, gone) },
    { status: 200, body: camera({ ...ANA, unanswered: true }, gone) },
  ];
  const again = inRoom();
  await vi.waitFor(() => expect(again.here.value.map(({ name }) => name)).toEqual(["Ana Ortiz"]));
  again.changed();
  await vi.waitFor(() => expect(again.asked.value).toHaveLength(1));
});

test("what the service does not like stands beside the field, or above the list", async () => {
  const company = inRoom();
  const refused = { status: 422, detail: "Wrong.", errors: [{ field: "name", message: "is empty" }] };
  answers = [
    { status: 422, body: refused },
    { status: 409, body: { detail: "The session is not open." } },
  ];
  await company.checkIn({ person: { name: "", profession: "", email: "" } });
  expect(company.refusal.value?.forField("name")).toBe("Is empty.");
  expect(company.problem.value).toBe("");
  await company.checkOut("chk_1");
  expect([company.refusal.value, company.problem.value]).toEqual([null, "The session is not open."]);
});
