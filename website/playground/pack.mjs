// Packs what the playground unpacks: packages as they are after a first judgement, with what Python compiled and what
// Clausewise keeps. So a browser has to do neither. It needs the same Pyodide that the browser gets.
//
//   node pack.mjs PACKAGES.zip DESIGNS.json OUTPUT.tar.gz
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { HOME, start } from "./src/start.js";

const [packages, designs, output] = process.argv.slice(2);
const python = await loadPyodide();
python.unpackArchive(new Uint8Array(readFileSync(packages)), "zip", { extractDir: `${HOME}/lib` });
python.runPython(`
import os, sys
sys.dont_write_bytecode = False
for folder, _, files in os.walk("${HOME}/lib"):
    for name in files:  # what is kept counts for code of this time, and an archive knows no parts of seconds
        os.utime(os.path.join(folder, name), (1_000_000_000, 1_000_000_000))
`);
const { judged, answers, warm } = start(python);
const texts = JSON.parse(readFileSync(designs, "utf8")).map(({ text }) => text);
for (const _ of warm(texts[0])); // each step
for (const text of texts) {
  judged(text);
  for (const _ of answers(text));
}
python.runPython(`
import tarfile
with tarfile.open("/packed.tar.gz", "w:gz") as archive:
    archive.add("${HOME}", ".")
`);
writeFileSync(output, python.FS.readFile("/packed.tar.gz"));
