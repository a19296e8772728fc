// Which program is run. What a folder holds is never run, whatever the folder says.
import * as fs from "node:fs";
import * as path from "node:path";

/** Where the program was found, or why not. */
export type Found = { path: string } | { problem: string };

/** What tells a file that can be run. */
export type IsProgram = (file: string) => boolean;

/**
 * The program to run: the one of the settings, or else the first on the PATH.
 *
 * @param setting the path in the user's settings; empty for none.
 * @param searched the PATH.
 * @param folders the folders that are open: nothing in them is run that is only found.
 */
export function programFor(
  setting: string,
  searched: string,
  folders: readonly string[],
  isProgram: IsProgram = canBeRun,
  platform: NodeJS.Platform = process.platform,
): Found {
  const of = platform === "win32" ? path.win32 : path.posix;
  if (setting) {
    if (!of.isAbsolute(setting)) {
      return { problem: `clausewise.path must be a whole path, and is "${setting}".` };
    }
    return isProgram(setting) ? { path: setting } : { problem: `There is no program at ${setting} (clausewise.path).` };
  }
  const name = platform === "win32" ? "clausewise.exe" : "clausewise";
  for (const folder of searched.split(of.delimiter)) {
    const file = of.join(folder, name);
    // A relative entry of the PATH would be looked up in the folder that is open.
    const places = [file, realOf(file)]; // a link may lead into a folder that is open
    if (of.isAbsolute(folder) && !folders.some((open) => places.some((one) => isWithin(one, open, of))) && isProgram(file)) {
      return { path: file };
    }
  }
  return { problem: 'Clausewise is not on the PATH. Install it by pip install "clausewise[editor]", or set clausewise.path.' };
}

function isWithin(file: string, folder: string, of: path.PlatformPath): boolean {
  const relative = of.relative(folder, file);
  const isOutside = relative === ".." || relative.startsWith(`..${of.sep}`);
  return relative !== "" && !isOutside && !of.isAbsolute(relative);
}

function realOf(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

function canBeRun(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
