"""Lists the groups with the tokens of a file that is there already, without a login."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("storage", metavar="STORAGE.json", help="the token file to read, and to update on a refresh")
parser.add_argument("--force-refresh", action="store_true", help="refresh the access token first")
args = parser.parse_args()

client = common.auth_client()
storage = common.open_storage(args.storage)
groups = common.groups_client(storage, client, args.force_refresh).get_my_groups()
common.report(storage, groups)
