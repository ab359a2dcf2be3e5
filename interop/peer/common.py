"""Shared by the peer scripts: Globus's SDK, directed to the sandbox by the GLOBUS_SDK_* environment variables."""

import hashlib
import json
import os
import sys
import urllib.parse
import urllib.request

import globus_sdk
from globus_sdk.token_storage import JSONTokenStorage, SQLiteTokenStorage, TokenStorageData

CLIENT_ID = "61338d24-54d5-408f-a10d-66c06b59f6d2"
GROUPS = globus_sdk.GroupsClient.resource_server
SCOPES = ["openid", str(globus_sdk.GroupsClient.scopes.view_my_groups_and_memberships)]


def insist_on_sandbox():
    """A peer script that forgot the variables would log in to the real Globus."""
    for service in ("AUTH", "GROUPS"):
        if not os.environ.get(f"GLOBUS_SDK_SERVICE_URL_{service}"):
            sys.exit(f"GLOBUS_SDK_SERVICE_URL_{service} is not set: this script is for the sandbox only")


def auth_client():
    insist_on_sandbox()
    return globus_sdk.NativeAppAuthClient(CLIENT_ID)


def open_storage(path, namespace="DEFAULT"):
    kind = SQLiteTokenStorage if path.endswith(".db") else JSONTokenStorage
    # The SDK makes the folder of the file, and fails on a bare file name.
    return kind(os.path.abspath(path), namespace=namespace)


def stored_token(storage):
    token = storage.get_token_data(GROUPS)
    if token is None:
        sys.exit(f"{storage.filepath} holds no token for {GROUPS}")
    return token


def approve(authorize_url):
    """Approves a login as the sandbox's user would in a browser, and returns the code."""
    parts = urllib.parse.urlsplit(authorize_url)
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.netloc}/_sandbox/approve",
        data=json.dumps({"url": authorize_url}).encode(),
        headers={"Content-Type": "application/json"},
    )
    # No proxy of the environment may stand between this script and the loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as response:
        return json.load(response)["code"]


def store_refreshed(storage, response):
    """Stores a refreshed token; what the response leaves out (identity, refresh token) stays as it was."""
    old = stored_token(storage)
    new = response.by_resource_server[GROUPS]
    storage.store_token_data_by_resource_server(
        {
            GROUPS: TokenStorageData(
                resource_server=GROUPS,
                identity_id=old.identity_id,
                scope=new["scope"],
                access_token=new["access_token"],
                refresh_token=new.get("refresh_token") or old.refresh_token,
                expires_at_seconds=new["expires_at_seconds"],
                token_type=new.get("token_type"),
                extra=old.extra,
            )
        }
    )


def groups_client(storage, client, force_refresh=False):
    """A client that works from the stored tokens alone, and stores what it refreshes."""
    token = stored_token(storage)
    authorizer = globus_sdk.RefreshTokenAuthorizer(
        token.refresh_token,
        client,
        # Without an access token the authorizer refreshes at once.
        access_token=None if force_refresh else token.access_token,
        expires_at=None if force_refresh else token.expires_at_seconds,
        on_refresh=lambda response: store_refreshed(storage, response),
    )
    return globus_sdk.GroupsClient(authorizer=authorizer)


def app_config(storage, **settings):
    """How an app of a peer script keeps its tokens: in the SDK's default place below HOME."""
    insist_on_sandbox()
    return globus_sdk.GlobusAppConfig(token_storage=storage, **settings)


def report_app(app):
    """Lists the groups with an app, and reports them with the token that the app stored."""
    # The client adds its scope to those of the app, so the login comes after it.
    with globus_sdk.GroupsClient(app=app) as client:
        app.login()
        groups = client.get_my_groups()
    report(app.token_storage.token_storage, groups)


def report(storage, groups):
    """What a test compares, as JSON on stdout. The token itself is shown as a digest only."""
    token = stored_token(storage)
    json.dump(
        {
            "groups": [
                {
                    "id": group["id"],
                    "name": group["name"],
                    "roles": [membership["role"] for membership in group["my_memberships"]],
                }
                for group in groups
            ],
            "identity_id": token.identity_id,
            "scope": token.scope,
            "expires_at": token.expires_at_seconds,
            "access_token_sha256": hashlib.sha256(token.access_token.encode()).hexdigest(),
        },
        sys.stdout,
        indent=2,
    )
    print()
