"""Two keys of each group, one group a line: the least that a program with Python's standard library can do."""

import json
import os
import urllib.request

with open(os.path.expanduser("~/.sandbox-list-my-globus-groups-tokens.json")) as file:
    token = json.load(file)["data"]["DEFAULT"]["groups.api.globus.org"]["access_token"]
url = os.environ["GLOBUS_SDK_SERVICE_URL_GROUPS"] + "v2/groups/my_groups"
request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
with urllib.request.urlopen(request) as response:
    for group in json.load(response):
        print(group["id"], group["name"])
