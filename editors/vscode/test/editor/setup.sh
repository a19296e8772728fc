#!/usr/bin/env bash
# Sets up a real VS Code to test the extension in: code-server, from npm, in a folder of its own. It takes a minute or two.
# A plain install of code-server builds parts that are not needed here, and downloads others from places that a
# build machine may not reach. So its scripts are not run, and only the parts are built that it does not start without.
set -euo pipefail
folder=$1
mkdir -p "$folder"
cd "$folder"
[ -e ready ] && exit 0
[ -e package.json ] || echo '{ "private": true }' > package.json  # `npm init` takes no folder that begins with a dot
npm install --ignore-scripts --no-audit --no-fund --loglevel=error code-server@4 playwright-core@1
(
    cd node_modules/code-server/lib/vscode
    npm install --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error
    # The headers of Node come with it: nothing is downloaded to build against.
    npm_config_nodedir=$(dirname "$(dirname "$(command -v node)")") npm rebuild --loglevel=error \
        @vscode/spdlog native-watchdog @parcel/watcher kerberos
)
npm rebuild --loglevel=error argon2
touch ready
