"""Stores a token again and again, as a busy program on the SDK would, or checks that the last one is there."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402
from globus_sdk.token_storage import TokenStorageData  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("storage", metavar="STORAGE", help="the token file to write to")
parser.add_argument("--times", type=int, default=100, help="how often (default: %(default)s)")
parser.add_argument("--check", action="store_true", help="write nothing")
args = parser.parse_args()

SERVER = "transfer.api.globus.org"


def token(number):
    return TokenStorageData(
        resource_server=SERVER,
        identity_id=None,
        scope="urn:globus:auth:scope:transfer.api.globus.org:all",
        access_token=f"access {number}",
        refresh_token=f"refresh {number}",
        expires_at_seconds=number,
        token_type="Bearer",
    )


storage = common.open_storage(args.storage)
if args.check:
    assert storage.get_token_data(SERVER).access_token == f"access {args.times}"
else:
    for number in range(1, args.times + 1):
        storage.store_token_data_by_resource_server({SERVER: token(number)})
        assert storage.get_token_data(SERVER).access_token == f"access {number}"
