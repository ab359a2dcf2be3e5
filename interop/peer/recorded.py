"""Compares the responses of the sandbox with the responses of Globus that are recorded in `globus_sdk.testing`.

Every key of a recording must be in the sandbox's response, with a value of the same JSON type. The sandbox may have more keys.
Prints each difference on a line of its own, and fails if there is one.
"""

import base64
import hashlib
import json
import os
import pkgutil
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

from common import CLIENT_ID, approve, insist_on_sandbox
from globus_sdk import testing
from globus_sdk.testing.data import auth, groups

# These change what the sandbox does not let change, or are about projects, scopes and policies.
NOT_SERVED = {
    "auth.create_child_client",
    "auth.create_client",
    "auth.create_client_credential",
    "auth.create_policy",
    "auth.create_project",
    "auth.create_scope",
    "auth.delete_client_credential",
    "auth.delete_policy",
    "auth.delete_project",
    "auth.delete_scope",
    "auth.get_client",
    "auth.get_client_credentials",
    "auth.get_clients",
    "auth.get_identity_providers",
    "auth.get_policies",
    "auth.get_policy",
    "auth.get_project",
    "auth.get_projects",
    "auth.get_scope",
    "auth.get_scopes",
    "auth.oauth2_get_dependent_tokens",
    "auth.update_client",
    "auth.update_policy",
    "auth.update_project",
    "auth.update_scope",
    "groups.create_group",
    "groups.delete_group",
    "groups.set_subscription_admin_verified",
}

# Of the other services the sandbox serves only these lists.
LISTS = {
    "transfer.task_list",
    "transfer.endpoint_manager_task_list",
    "search.index_list",
    "search.search",
    "search.post_search",
    "flows.list_flows",
    "flows.list_runs",
    "flows.get_run_logs",
    "timer.list_jobs",
    "compute.v2.get_endpoints",
}

ADA = "a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48"
CONFIDENTIAL = ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use")
CLIMATE = "1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6"
GENOME = "51a09ede-637f-40b1-82d4-e5f60718293a"
SUBSCRIPTION = "f00dfeed-0000-4000-8000-000000000001"

ALL_GROUPS = "urn:globus:auth:scope:groups.api.globus.org:all"
# What is inside of these is what the owner of a flow, a timer or an index made it.
FREE = {"content", "definition", "input_schema", "details", "callback_body", "results"}

TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"
SEARCH = "urn:globus:auth:scope:search.api.globus.org:search"
FLOWS = "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/"
COMPUTE = "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all"
TIMER = "https://auth.globus.org/scopes/524230d7-ea86-4a52-8312-86065a9e0417/timer"
INDEX = "b2a30001-5e6f-4b8c-8f35-8c9d0e1f2a01"
RUN = "e5d60002-7a8b-4dae-8b57-0e1f2a3b4c02"
CODE_PAGE = "v2/web/auth-code"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-to-accept"


class Sandbox:
    """Sends requests by hand, so that the bodies are what came and not what the SDK makes of them."""

    def __init__(self):
        insist_on_sandbox()
        self.base = os.environ["GLOBUS_SDK_SERVICE_URL_AUTH"]
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def request(self, method, path, *, form=None, body=None, token=None, basic=None):
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), method=method)
        if form is not None:
            request.data = urllib.parse.urlencode(form).encode()
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if basic is not None:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(basic).encode()).decode())
        try:
            with self.opener.open(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def get(self, path, token=None):
        return self.request("GET", path, token=token)

    def exchange(self, scope, code=None):
        """The response to the exchange of this code, or else of the code of a login for this scope."""
        parameters = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.base + CODE_PAGE,
            "scope": scope,
            "state": "_default",
            "response_type": "code",
            "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        if code is None:
            code = approve(f"{self.base}v2/oauth2/authorize?{urllib.parse.urlencode(parameters)}")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": CLIENT_ID,
            "redirect_uri": self.base + CODE_PAGE,
            "code_verifier": VERIFIER,
        }
        return self.request("POST", "v2/oauth2/token", form=form)

    def token(self, scope):
        return self.exchange(scope)["access_token"]

    def client_credentials(self, scope):
        form = {"grant_type": "client_credentials", "scope": scope}
        return self.request("POST", "v2/oauth2/token", form=form, basic=CONFIDENTIAL)

    def create_instance(self):
        body = {"client": {"template_id": CLIENT_ID, "name": "Recorded"}}
        return self.request("POST", "v2/api/clients", body=body)

    def delete_instance(self):
        credential = self.create_instance()["included"]["client_credential"]
        basic = (credential["client"], credential["secret"])
        return self.request("DELETE", f"v2/api/clients/{credential['client']}", basic=basic)

    def post_token(self, endpoint, token):
        return self.request("POST", f"v2/oauth2/token/{endpoint}", form={"token": token}, basic=CONFIDENTIAL)


def responses(sandbox):
    """The responses of the sandbox to the recorded requests: by response set, and cases of it that are alike."""
    all_groups = sandbox.token(ALL_GROUPS)
    openid = sandbox.token("openid profile email")
    email = sandbox.token("email")
    sandbox.exchange(f"{TRANSFER}[openid *email]")
    transfer, search, timers, compute = (sandbox.token(scope) for scope in (TRANSFER, SEARCH, TIMER, COMPUTE))
    flows, runs = (sandbox.token(FLOWS + name) for name in ("view_flows", "run_status"))
    return {
        ("groups.get_my_groups", "default"): [sandbox.get("v2/groups/my_groups", all_groups)],
        ("groups.get_group", "default subscription"): [
            sandbox.get(f"v2/groups/{CLIMATE}", all_groups),
            sandbox.get(f"v2/groups/{GENOME}", all_groups),
        ],
        ("groups.get_group_by_subscription_id", "default"): [
            sandbox.get(f"v2/subscription_info/{SUBSCRIPTION}", all_groups)
        ],
        # The recording is of the response to a change, which is the new policies.
        ("groups.set_group_policies", "default"): [sandbox.get(f"v2/groups/{CLIMATE}/policies", all_groups)],
        ("auth.get_identities", "default multiple globusid sirosen"): [
            sandbox.get(f"v2/api/identities?ids={ADA},{CONFIDENTIAL[0]}", openid),
            sandbox.get("v2/api/identities?usernames=areyes@lab.example.org", openid),
        ],
        ("auth.get_identities", "empty"): [sandbox.get(f"v2/api/identities?ids={uuid.uuid4()}", openid)],
        ("auth.get_identities", "unauthorized"): [sandbox.get(f"v2/api/identities?ids={ADA}")],
        ("auth.get_consents", "default"): [sandbox.get(f"v2/api/identities/{ADA}/consents", openid)],
        ("auth.userinfo", "unauthorized"): [sandbox.get("v2/oauth2/userinfo")],
        ("auth.userinfo", "forbidden"): [sandbox.get("v2/oauth2/userinfo", email)],
        ("auth.oauth2_exchange_code_for_tokens", "default"): [sandbox.exchange(TRANSFER)],
        ("auth.oauth2_exchange_code_for_tokens", "openid"): [sandbox.exchange("openid")],
        ("auth.oauth2_exchange_code_for_tokens", "invalid_grant"): [sandbox.exchange("openid", code="unknown")],
        ("auth.oauth2_client_credentials_tokens", "default"): [sandbox.client_credentials(TRANSFER)],
        ("auth.oauth2_client_credentials_tokens", "openid"): [sandbox.client_credentials("openid")],
        ("auth.oauth2_revoke_token", "default"): [sandbox.post_token("revoke", "unknown")],
        ("auth.oauth2_token_introspect", "default"): [
            sandbox.post_token("introspect", openid)
        ],
        ("auth.create_native_app_instance", "default template_id_str template_id_uuid name"): [sandbox.create_instance()],
        ("auth.delete_client", "default"): [sandbox.delete_instance()],
        ("transfer.task_list", "default"): [sandbox.get("v0.10/task_list", transfer)],
        ("transfer.endpoint_manager_task_list", "default"): [sandbox.get("v0.10/endpoint_manager/task_list", transfer)],
        ("search.index_list", "default"): [sandbox.get("v1/index_list", search)],
        ("search.search", "default"): [sandbox.get(f"v1/index/{INDEX}/search?q=*", search)],
        ("search.post_search", "default"): [
            sandbox.request("POST", f"v1/index/{INDEX}/search", body={"q": "*"}, token=search)
        ],
        ("flows.list_flows", "default"): [sandbox.get("flows", flows)],
        ("flows.list_runs", "default"): [sandbox.get("runs", runs)],
        ("flows.get_run_logs", "default"): [sandbox.get(f"runs/{RUN}/log", runs)],
        ("timer.list_jobs", "default"): [sandbox.get("jobs/", timers)],
        ("compute.v2.get_endpoints", "default"): [sandbox.get("v2/endpoints", compute)],
    }


def recorded(set_id, case):
    recording = testing.get_response_set(set_id).lookup(case)
    # Some are a list of responses, one for each page.
    body = getattr(recording, "responses", [recording])[0].json
    # This one is recorded inside one `client` too many.
    return body["client"] if set_id == "auth.create_native_app_instance" else body


def kind(value):
    for name, types in {"null": type(None), "boolean": bool, "number": (int, float), "string": str, "list": list}.items():
        if isinstance(value, types):
            return name
    return "object"


def is_uuid(key):
    try:
        return bool(uuid.UUID(key))
    except ValueError:
        return False


def differences(path, recordings, responses):
    """Where the responses lack a key of the recordings, or have another type there."""
    kinds = {kind(value) for value in recordings}
    # Where the recordings have nothing but null, nothing is known about the type.
    if kinds != {"null"}:
        for other in sorted({kind(value) for value in responses} - kinds):
            yield f"{path}: {other}, recorded as {' or '.join(sorted(kinds))}"
    objects, theirs = ([value for value in values if isinstance(value, dict)] for values in (recordings, responses))
    keys = dict.fromkeys(key for value in objects for key in value)
    if keys and all(map(is_uuid, keys)):
        yield from below(f"{path}.*", [value.values() for value in objects], [value.values() for value in theirs])
    else:
        for key in keys:
            if any(key not in value for value in theirs):
                yield f"{path}.{key}: missing"
            with_key = [[value[key] for value in values if key in value] for values in (objects, theirs)]
            if key in FREE:
                with_key = [[type(value)() for value in values] for values in with_key]
            yield from differences(f"{path}.{key}", *with_key)
    yield from below(f"{path}[]", *([value for value in values if isinstance(value, list)] for values in (recordings, responses)))


def below(path, recordings, responses):
    """The differences of what is inside lists."""
    recorded, found = ([element for elements in values for element in elements] for values in (recordings, responses))
    if responses and not found and any(isinstance(element, dict) for element in recorded):
        yield f"{path}: nothing to compare with"
    if recorded:
        yield from differences(path, recorded, found)


def served_sets(package, service):
    """The response sets of a service that the sandbox serves, except for those that it says it does not."""
    sets = {f"{service}.{module.name}" for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")}
    return sets - NOT_SERVED


def is_default(set_id, case):
    """The other cases of lists are the same rows, filtered or cut into pages."""
    return case == "default" or set_id not in LISTS


def main():
    served = responses(Sandbox())
    wrong = []
    compared = set()
    for (set_id, cases), given in served.items():
        compared |= {(set_id, case) for case in cases.split()}
        recordings = [recorded(set_id, case) for case in cases.split()]
        if set_id == "auth.delete_client":
            # An instance belongs to no project, unlike the client whose deletion is recorded.
            recordings.append({"client": recorded("auth.create_native_app_instance", "default")["client"]})
        wrong += differences(set_id, recordings, given)
    for set_id in sorted(LISTS.union(served_sets(auth, "auth"), served_sets(groups, "groups"))):
        cases = [case for case in testing.get_response_set(set_id).cases() if is_default(set_id, case)]
        wrong += [f"{set_id} ({case}): not compared" for case in cases if (set_id, case) not in compared]
    print("\n".join(wrong) or f"{len(compared)} recorded responses compared")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
