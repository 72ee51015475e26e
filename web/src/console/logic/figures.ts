/** Figures of a range of days, as tiles and tables. Pure. */

import type { Figures } from "../../api/reports";

export interface Tile {
  readonly words: string;
  readonly value: string;
}

export function figureTiles(figures: Figures): Tile[] {
  const number = (value: number) => value.toLocaleString("en-US");
  return [
    { words: "People", value: number(figures.people) },
    { words: "Sessions", value: number(figures.sessions) },
    { words: "Attendances", value: number(figures.attendances) },
    { words: "Hours attended", value: number(figures.hours) },
    { words: "Sites", value: number(figures.sites) },
    { words: "Rural sites", value: number(figures.rural_sites) },
    { words: "Sites in shortage areas", value: number(figures.shortage_sites) },
    { words: "Counties", value: number(figures.counties) },
  ];
}

/** What people are told apart by, without what has no rows. */
export function tablesOf(
  figures: Figures,
): { words: string; rows: readonly { name: string; people: number }[] }[] {
  return [
    { words: "By profession", rows: figures.professions },
    { words: "By state", rows: figures.states ?? [] },
  ].filter(({ rows }) => rows.length > 0);
}
