// The lock records names, versions and digests, and no address: which registry serves them is for each machine to say.
import { readFileSync, writeFileSync } from "node:fs";

const path = process.argv[2] ?? new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
for (const found of Object.values(lock.packages)) {
  delete found.resolved;
  delete found.funding;
}
writeFileSync(path, JSON.stringify(lock, null, 2) + "\n");
