/** Figures of a range of days, as tiles and tables. Pure. */

import type { Figures, Tally } from "../../api/reports";

export interface Tile {
  readonly words: string;
  readonly value: string;
}

export function figureTiles(figures: Figures): Tile[] {
  const number = (value: number) => value.toLocaleString("en-US");
  return [
    { words: "People", value: number(figures.people) },
    { words: "Of them participants", value: number(figures.participants) },
    { words: "Sessions", value: number(figures.sessions) },
    { words: "Hours of sessions", value: number(figures.session_hours) },
    { words: "Attendances", value: number(figures.attendances) },
    { words: "Hours attended, together", value: number(figures.hours) },
    { words: "Sites", value: number(figures.sites) },
    { words: "Rural sites", value: number(figures.rural_sites) },
    { words: "Sites in shortage areas", value: number(figures.shortage_sites) },
    { words: "Counties", value: number(figures.counties) },
  ];
}

/** What people are told apart by, without what has no rows. */
export function tablesOf(figures: Figures): { words: string; rows: readonly Tally[] }[] {
  return [
    { words: "By profession", rows: figures.professions },
    { words: "By state", rows: figures.states },
  ].filter(({ rows }) => rows.length > 0);
}
