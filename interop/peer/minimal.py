"""Prints what the minimal script of Globus's guide prints: the oracle for the output of `runner --profile groups`."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("storage", metavar="STORAGE.json", help="the token file to read, and to update on a refresh")
args = parser.parse_args()

# The same bytes whatever the locale is.
sys.stdout.reconfigure(encoding="utf-8", newline="\n")

groups = common.groups_client(common.open_storage(args.storage), common.auth_client()).get_my_groups()
print(",".join(["ID", "Name", "Roles"]))
for group in groups:
    roles = "|".join(membership["role"] for membership in group["my_memberships"])
    print(",".join([group["id"], f'"{group["name"]}"', roles]))
