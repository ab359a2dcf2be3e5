# The user's $BROWSER: notes where it is sent, and Chromium goes there. Renamed, so that it's never read half written.
printf '%s' "$1" >address.part && mv address.part address
