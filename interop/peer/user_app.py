"""Lists the groups with a `UserApp`, which logs in when it has to: it prints an address and reads a code from stdin."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402
import globus_sdk  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", default="peer test", help="the name of the app (default: %(default)s)")
parser.add_argument("--storage", choices=["json", "sqlite"], default="json", help="default: %(default)s")
parser.add_argument("--redrive", action="store_true", help="log in again when Groups demands it")
parser.add_argument(
    "--scope", nargs=2, action="append", default=[], metavar=("SERVER", "SCOPE"), help="a scope besides that of Groups"
)
args = parser.parse_args()

config = common.app_config(args.storage, request_refresh_tokens=True, auto_redrive_gares=args.redrive)
scopes = {server: [scope] for server, scope in args.scope}
with globus_sdk.UserApp(
    args.name, client_id=common.CLIENT_ID, scope_requirements=scopes, config=config
) as app:
    common.report_app(app)
