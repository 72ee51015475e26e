import { readCalendar } from "../../api/calendar";
import { addDays } from "../logic/days";
import { placeWallTime } from "../logic/time";
import { useResource } from "../state/resource";

const REFRESH_MS = 60_000;

/** The sessions of a range of days, the last one included, as days go in the zone. */
export function useCalendar(first: string, last: string, zone: string, program: string) {
  const instant = (day: string) => (placeWallTime(`${day}T00:00`, zone)?.at ?? new Date(day)).toISOString();
  const load = () => readCalendar(instant(first), instant(addDays(last, 1)), program);
  return useResource(`${first} ${last} ${zone} ${program}`, load, REFRESH_MS);
}
