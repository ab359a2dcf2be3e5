# Runs chromedriver until stdin ends, which it does however the test ends. Then kills its process group: the driver
# and Chromium.
exec 2>&1
command -v chromedriver >/dev/null || { echo "chromedriver: not found"; exit 127; }
chromedriver --port=0 &
cat >/dev/null
kill -KILL 0
