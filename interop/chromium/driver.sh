# Runs chromedriver until stdin ends, in a process group of its own. stdin ends however the test does, and then
# nothing of the group is left: no driver, no Chromium.
exec 2>&1
command -v chromedriver >/dev/null || { echo "chromedriver: not found"; exit 127; }
chromedriver --port=0 &
cat >/dev/null
kill -KILL 0
