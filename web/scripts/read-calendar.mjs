// Reads iCalendar from standard input by ical.js and tells as JSON what a calendar would show between two
// instants. It is the second reader of the tests of mail and feeds; zones come from the file alone.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const [from, to] = process.argv.slice(2).map((text) => ICAL.Time.fromJSDate(new Date(text), true));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
ICAL.TimezoneService.reset();
for (const zone of calendar.getAllSubcomponents("vtimezone"))
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));

const vevents = calendar.getAllSubcomponents("vevent");
const events = vevents.map((vevent) => new ICAL.Event(vevent, { exceptions: [], strictExceptions: false }));
const masters = events.filter((event) => !event.isRecurrenceException());
for (const exception of events.filter((event) => event.isRecurrenceException())) {
  masters.find((event) => event.uid === exception.uid)?.relateException(exception);
}

const told = [];
function tell(item, start, end) {
  if (start.compare(to) >= 0 || end.compare(from) <= 0) return;
  const [begins, ends] = [start.toJSDate(), end.toJSDate()];
  told.push({ start: begins.toISOString(), minutes: (ends - begins) / 60_000, summary: item.summary });
}
for (const event of masters) {
  if (!event.isRecurring()) {
    tell(event, event.startDate, event.endDate);
    continue;
  }
  const dates = event.iterator();
  for (let date = dates.next(); date; date = dates.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(date);
    tell(item, startDate, endDate);
  }
}

const text = (vevent, name) => vevent.getFirstPropertyValue(name)?.toString() ?? null;
process.stdout.write(
  JSON.stringify({
    method: calendar.getFirstPropertyValue("method"),
    events: vevents.map((vevent) => ({
      uid: text(vevent, "uid"),
      sequence: vevent.getFirstPropertyValue("sequence"),
      status: text(vevent, "status"),
      recurrence_id: text(vevent, "recurrence-id"),
      organizer: text(vevent, "organizer"),
      attendee: text(vevent, "attendee"),
      summary: text(vevent, "summary"),
      description: text(vevent, "description"),
      url: text(vevent, "url"),
    })),
    occurrences: told,
  }),
);
