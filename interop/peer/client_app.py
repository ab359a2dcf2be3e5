"""Lists the groups of a confidential client with a `ClientApp`."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402
import globus_sdk  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("client_id", metavar="CLIENT_ID")
parser.add_argument("client_secret", metavar="SECRET", help="one that is good in a sandbox only")
parser.add_argument("--name", default="peer test", help="the name of the app (default: %(default)s)")
parser.add_argument("--storage", choices=["json", "sqlite"], default="json", help="default: %(default)s")
args = parser.parse_args()

with globus_sdk.ClientApp(
    args.name,
    client_id=args.client_id,
    client_secret=args.client_secret,
    config=common.app_config(args.storage),
) as app:
    common.report_app(app)
