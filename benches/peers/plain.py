"""The groups as CSV, by a program as one writes it with Python's standard library."""

import csv
import json
import os
import sys
import urllib.request

with open(os.path.expanduser("~/.sandbox-list-my-globus-groups-tokens.json")) as file:
    token = json.load(file)["data"]["DEFAULT"]["groups.api.globus.org"]["access_token"]
url = os.environ["GLOBUS_SDK_SERVICE_URL_GROUPS"] + "v2/groups/my_groups"
request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
with urllib.request.urlopen(request) as response:
    groups = json.load(response)

writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerow(["ID", "Name", "Roles"])
for group in groups:
    roles = [membership["role"] for membership in group["my_memberships"]]
    writer.writerow([group["id"], group["name"], "|".join(roles)])
