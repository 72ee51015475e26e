import type { Tab } from "../parts/Tabs";

export const REPORT_TABS: readonly Tab[] = [
  { to: { name: "reports" }, words: "Reports" },
  { to: { name: "claims" }, words: "Claims" },
];
