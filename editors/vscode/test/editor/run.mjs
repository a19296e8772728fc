// Tests the packed extension in a real VS Code: opens a design, sees the squiggle, takes the quick fix, sees the
// verdict turn. Usage: node run.mjs FOLDER-OF-CODE-SERVER EXTENSION.vsix PROGRAM DESIGN
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const [home, vsix, program, design] = process.argv.slice(2).map((word) => path.resolve(word));
const { chromium } = createRequire(path.join(home, "package.json"))("playwright-core");
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(fs.existsSync);
assert.ok(CHROMIUM, "no Chromium is installed (Debian: apt-get install chromium)");

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "clausewise-editor-"));
const inside = (...names) => path.join(folder, ...names);
const write = (file, text) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
write(inside("data", "Machine", "settings.json"), JSON.stringify({ "clausewise.path": program }));
write(
  inside("data", "User", "settings.json"),
  JSON.stringify({
    "telemetry.telemetryLevel": "off",
    "security.workspace.trust.startupPrompt": "never",
    "workbench.startupEditor": "none",
    "extensions.autoUpdate": false,
  }),
);
// A stranger's folder: what it says of the program to run must not count.
write(inside("open", ".vscode", "settings.json"), JSON.stringify({ "clausewise.path": inside("open", "evil") }));
write(inside("open", "evil"), `#!/bin/sh\ntouch ${inside("evil-was-run")}\n`);
fs.chmodSync(inside("open", "evil"), 0o755);
const text = fs.readFileSync(design, "utf8").replace("consent      explicit", "consent      explcit");
assert.match(text, /explcit/);
write(inside("open", "lobby.design"), text);
// What a folder says of waivers counts once it is trusted.
write(inside("open", "clausewise.toml"), 'waivers = "waivers.toml"\n');
write(inside("open", "waivers.toml"), "# Known problems.\n");

const port = await new Promise((resolve) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const found = server.address().port;
    server.close(() => resolve(found));
  });
});
const entry = path.join(home, "node_modules", "code-server", "out", "node", "entry.js");
const common = [
  entry, "--user-data-dir", inside("data"), "--extensions-dir", inside("extensions"), "--config", inside("config.yaml"),
];
const installed = spawnSync(process.execPath, [...common, "--install-extension", vsix], { encoding: "utf8", timeout: 120_000 });
assert.match(installed.stdout, /successfully installed/, installed.stderr);
const words = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
const log = fs.openSync(inside("log"), "w");
const served = spawn(process.execPath, [...common, ...words, inside("open")], { stdio: ["ignore", log, log] });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
// High enough that no line of the design has to be scrolled to: a lens above the first one would be hidden.
const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
const began = Date.now();
const see = (what) => console.log(`ok ${((Date.now() - began) / 1000).toFixed(1)} s: ${what}`);
const line = (words) => page.locator(".view-line", { hasText: words }).first();
const tab = (name) => page.locator(".tabs-container .tab", { hasText: name }).first();
const lens = (words) => page.locator(".codelens-decoration", { hasText: words }).waitFor({ timeout: 60_000 });

/** Goes to a line of the file and takes a quick fix there. The editor says "none" while the server is being asked. */
async function fix(words, x, title) {
  const row = page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
  for (let left = 10; ; left--) {
    try {
      await line(words).click({ position: { x, y: 8 }, timeout: 5_000 });
      await page.keyboard.press("Control+.");
      await row.waitFor({ timeout: 10_000 });
      break;
    } catch (error) {
      if (await row.isVisible()) break; // what was asked for before has come
      if (!left) throw error;
      await page.keyboard.press("Escape");
    }
  }
  const focused = page.locator(".action-widget .monaco-list-row.focused");
  for (let left = 100; left && !(await focused.innerText()).includes(title); left--) {
    await page.keyboard.press("ArrowDown"); // the editor lies under a layer that takes clicks
  }
  await page.keyboard.press("Enter");
}

/** Runs a command by its title. */
async function command(title) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().waitFor({ timeout: 10_000 });
  await page.keyboard.type(title);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title.split(": ")[1] }).first().click();
}

try {
  for (let left = 60; ; left--) {
    try {
      await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(inside("open"))}`);
      break;
    } catch (error) {
      if (!left) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  const file = page.locator(".explorer-folders-view .monaco-list-row", { hasText: "lobby.design" });
  await file.waitFor({ timeout: 120_000 });
  await file.dblclick();
  await page.locator(".squiggly-error").first().waitFor({ timeout: 120_000 });
  see("a misspelt value is underlined");

  await fix("explcit", 150, "Change to `explicit`");
  await lens("needs-information by face-code-of-conduct");
  see("the quick fix mends it, and the verdict stands above the design");

  await fix("people employees", 60, "State employees.consented-uses");
  const stated = (await line("consented-uses").innerText({ timeout: 30_000 })).replaceAll("\u00a0", " ");
  assert.match(stated, /^ {2}consented-uses/, "it is indented as the lines around it are");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  see("a quick fix states a fact that is missing");

  await line("explicit").locator("span", { hasText: /^explicit$/ }).last().dblclick();
  await page.keyboard.type("none");
  await lens("prohibited by face-code-of-conduct");
  await page.locator(".squiggly-error").first().waitFor({ timeout: 30_000 });
  see("another consent turns the verdict, and the reason is underlined");

  await fix("operation", 150, "Waive valid-consent");
  await page.locator(".notification-toast", { hasText: "no file of waivers is configured" }).waitFor({ timeout: 30_000 });
  see("in a folder that is not trusted it is said how to have waivers");

  await command("Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-buttons-row .monaco-button", { hasText: "Trust" }).first().click();
  await tab("lobby.design").click();
  await fix("operation", 150, "Waive valid-consent");
  await tab("waivers.toml").waitFor({ timeout: 30_000 });
  await line("[[waiver]]").waitFor({ timeout: 30_000 });
  // The cursor stands between the quotes of the reason; the approver's are a line below.
  await page.keyboard.type("a new form is being signed");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("R. Diaz");
  await page.keyboard.press("Control+s");
  await tab("lobby.design").click();
  await lens("prohibited, 1 waived until");
  see("in one that is trusted a quick fix writes a waiver, which counts once a person has completed it");

  await fix("operation", 150, "Make the smallest change");
  await line("person-decides").waitFor({ timeout: 30_000 });
  see("the smallest change that helps is worked out and made");

  assert.ok(!fs.existsSync(inside("evil-was-run")), "a program that the folder names was run");
  see("what the folder names was not run");
  console.log("8 passed, 0 failed");
} catch (error) {
  await page.screenshot({ path: path.join(os.tmpdir(), "clausewise-editor-failed.png") });
  console.error(error, fs.readFileSync(inside("log"), "utf8").slice(-2000));
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  await browser.close();
  served.kill();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(); // whatever code-server left open
