# A $BROWSER that notes its address, for Chromium. Renamed into place, so that no reader sees half an address.
printf '%s' "$1" >address.part && mv address.part address
