// Writes src/wire.ts from the message definitions of the signaling package, so that there is one definition only.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const top = fileURLToPath(new URL("../../", import.meta.url));
const own = `${top}.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
const schema = JSON.parse(execFileSync(python, ["-m", "signaling.schema"], { cwd: top, encoding: "utf8" }));

const types = await compile(schema, "Wire", {
  additionalProperties: false,
  bannerComment:
    "// Written by scripts/wire.mjs from signaling/messages.py; run `npm run wire` after a change there.",
  format: false,
  ignoreMinAndMaxItems: true,
  unreachableDefinitions: true,
});
writeFileSync(new URL("../src/wire.ts", import.meta.url), types);
