// Which program is run: never one that lies in a folder that is open, unless the user's settings name it.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const { programFor } = require("../dist/parts/program.js");

const everything = () => true;

test("the first on the PATH is run", () => {
  assert.deepEqual(programFor("", "/usr/bin:/opt/bin", ["/home/me/repo"], everything, "linux"), { path: "/usr/bin/clausewise" });
});

test("what lies in a folder that is open is passed over", () => {
  const found = programFor("", "/home/me/repo/.venv/bin:/usr/bin", ["/home/me/repo"], everything, "linux");
  assert.deepEqual(found, { path: "/usr/bin/clausewise" });
});

test("so is what lies there under a name that only begins like the folder above, or behind a link", () => {
  const found = programFor("", "/home/me/repo/..bin:/usr/bin", ["/home/me/repo"], everything, "linux");
  assert.deepEqual(found, { path: "/usr/bin/clausewise" });
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "linked-")));
  fs.mkdirSync(path.join(folder, "repo", "bin"), { recursive: true });
  fs.writeFileSync(path.join(folder, "repo", "bin", "clausewise"), "");
  fs.symlinkSync(path.join(folder, "repo", "bin"), path.join(folder, "link"));
  const linked = programFor("", `${path.join(folder, "link")}:/usr/bin`, [path.join(folder, "repo")], everything, "linux");
  assert.deepEqual(linked, { path: "/usr/bin/clausewise" });
});

test("relative and empty entries of the PATH are passed over", () => {
  assert.ok("problem" in programFor("", ".::bin:./bin", ["/home/me/repo"], everything, "linux"));
  assert.ok("problem" in programFor("", ".;bin", ["C:\\repo"], everything, "win32"));
});

test("a setting counts, if it is a whole path to a program", () => {
  assert.deepEqual(programFor("/opt/cw/bin/clausewise", "/usr/bin", [], everything, "linux"), { path: "/opt/cw/bin/clausewise" });
  assert.ok("problem" in programFor("bin/clausewise", "/usr/bin", [], everything, "linux"));
  assert.ok("problem" in programFor("/opt/none", "/usr/bin", [], () => false, "linux"));
});

test("the program and the configuration are settings of the machine, which no folder can set", () => {
  const { properties } = require("../package.json").contributes.configuration;
  assert.equal(properties["clausewise.path"].scope, "machine");
  assert.equal(properties["clausewise.config"].scope, "machine");
});
