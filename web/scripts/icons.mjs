// Copies the drawings of the icons we use out of lucide-static (ISC licence) into src/ui/icons.ts.
import { readFileSync, writeFileSync } from "node:fs";

const names = [
  "activity",
  "arrow-left",
  "arrow-right",
  "bell",
  "calendar",
  "calendar-plus",
  "chart-no-axes-column",
  "check",
  "chevron-down",
  "chevron-left",
  "chevron-right",
  "circle-alert",
  "circle-check",
  "circle-help",
  "clock",
  "copy",
  "door-open",
  "download",
  "ear",
  "ellipsis",
  "external-link",
  "headphones",
  "info",
  "keyboard",
  "key-round",
  "layout-grid",
  "link",
  "list",
  "list-checks",
  "lock",
  "log-out",
  "mail",
  "maximize",
  "mic",
  "mic-off",
  "monitor",
  "monitor-up",
  "monitor-x",
  "moon",
  "pencil",
  "phone-off",
  "plus",
  "radio",
  "refresh-cw",
  "search",
  "settings",
  "shield-check",
  "signal",
  "signal-low",
  "signal-medium",
  "signal-zero",
  "smartphone",
  "square-arrow-out-up-right",
  "sun",
  "sun-moon",
  "switch-camera",
  "tablet",
  "trash-2",
  "upload",
  "user",
  "user-check",
  "user-minus",
  "user-plus",
  "user-x",
  "users",
  "video",
  "video-off",
  "volume-2",
  "volume-x",
  "webhook",
  "x",
];

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const folder = new URL("../node_modules/lucide-static/icons/", import.meta.url);
const drawings = names.map((name) => {
  const svg = readFileSync(new URL(`${name}.svg`, folder), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  const text = inner.replace(/\s+/g, " ").replace(/ \/>/g, "/>").replace(/> </g, "><").trim();
  return `export const ${camel(name)} =\n  ${JSON.stringify(text)};\n`;
});

const head = `// Drawings of Lucide (https://lucide.dev), ISC licence, copyright Lucide Contributors and Cole Bemis (Feather).
// Written by scripts/icons.mjs; add a name there and run \`npm run icons\`.
`;
writeFileSync(new URL("../src/ui/icons.ts", import.meta.url), `${head}\n${drawings.join("")}`);
