# Make sure that browser tests find Chromium and a Chinese font; install them where that is allowed.
set -eu

chromium=${CHROMIUM:-/usr/bin/chromium}
missing=""
[ -x "$chromium" ] || missing="chromium"
if ! fc-list 2>/dev/null | grep -qi "CJK" && ! ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; then
    missing="$missing fonts-noto-cjk"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need:$missing. Install Chromium (CHROMIUM=/path/to/it) and a Chinese font, then run again." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "The browser tests need packages that only root can install. Run: apt-get install $missing" >&2
    exit 1
fi
echo "Installing $missing ..."
log=$(mktemp)
if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    exit 1
fi
rm -f "$log"
