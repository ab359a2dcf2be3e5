"""Logs in with Globus's SDK as a native app, stores the tokens with it, and lists the groups."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("storage", metavar="STORAGE.json", help="the token file to write")
args = parser.parse_args()

client = common.auth_client()
client.oauth2_start_flow(requested_scopes=common.SCOPES, refresh_tokens=True)
code = common.approve(client.oauth2_get_authorize_url())
response = client.oauth2_exchange_code_for_tokens(code)

storage = common.open_storage(args.storage)
# Decodes the id_token too, against the keys of the server's OpenID configuration.
storage.store_token_response(response)

common.report(storage, common.groups_client(storage, client).get_my_groups())
