// Fetches the browser files that are kept in internal/web/vendored: `make assets`. To take another icon, name it in icons.txt.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = "internal/web/vendored";
const tmp = mkdtempSync(join(tmpdir(), "assets-"));

function unpack(spec) {
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", tmp, spec]));
  const dir = mkdtempSync(join(tmp, "p-"));
  execFileSync("tar", ["xzf", join(tmp, filename), "-C", dir, "--strip-components=1"]);
  return dir;
}

function take(from, to, files) {
  mkdirSync(join(home, to), { recursive: true });
  for (const [source, name] of Object.entries(files)) cpSync(join(from, source), join(home, to, name));
}

try {
  take(unpack("htmx.org@4.0.1"), "htmx", {
    LICENSE: "LICENSE",
    "dist/htmx.min.js": "htmx.min.js",
    "dist/ext/hx-sse.min.js": "hx-sse.min.js",
  });

  // One sprite instead of a file per icon: <svg><use href="…/sprite.svg#NAME"/></svg>
  const lucide = unpack("lucide-static@1.62.0");
  take(lucide, "lucide", { LICENSE: "LICENSE" });
  const names = readFileSync(join(home, "lucide/icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
  const symbols = names.map((name) => {
    const body = readFileSync(join(lucide, "icons", `${name}.svg`), "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body.trim().replace(/\n\s*/g, "")}</symbol>`;
  });
  writeFileSync(join(home, "lucide/sprite.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
} finally {
  rmSync(tmp, { recursive: true });
}
