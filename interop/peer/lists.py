"""Lists every row of the sandbox's lists with the paginators of Globus's SDK, and fails if it sees others than are there."""

import json
import os
import sys
import urllib.request

import globus_sdk
from common import approve, auth_client

FLOWS = "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/"
SCOPES = [
    "urn:globus:auth:scope:transfer.api.globus.org:all",
    "urn:globus:auth:scope:search.api.globus.org:search",
    FLOWS + "view_flows",
    FLOWS + "run_status",
]
ANY = "00000000-0000-4000-8000-000000000001"


def set_list(path, count, page=None):
    body = {"path": path, "rows": [{"number": number} for number in range(count)], "page": page}
    request = urllib.request.Request(
        os.environ["GLOBUS_SDK_SERVICE_URL_AUTH"] + "_sandbox/lists",
        method="PUT",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()


def clients():
    """The paginators of Transfer, Search and Flows."""
    auth = auth_client()
    auth.oauth2_start_flow(requested_scopes=SCOPES)
    code = approve(auth.oauth2_get_authorize_url())
    tokens = auth.oauth2_exchange_code_for_tokens(code).by_resource_server

    def client(kind):
        authorizer = globus_sdk.AccessTokenAuthorizer(tokens[kind.resource_server]["access_token"])
        return kind(authorizer=authorizer).paginated

    return client(globus_sdk.TransferClient), client(globus_sdk.SearchClient), client(globus_sdk.FlowsClient)


def main():
    transfer, search, flows = clients()
    wrong = 0
    for path, rows, page, pages in [
        # The service has no more than 1,000 of these 2,500.
        ("/v0.10/task_list", 2500, None, lambda: transfer.task_list()),
        (f"/v0.10/task/{ANY}/event_list", 25, 10, lambda: transfer.task_event_list(ANY)),
        (f"/v0.10/task/{ANY}/successful_transfers", 7, 3, lambda: transfer.task_successful_transfers(ANY)),
        (f"/v0.10/task/{ANY}/skipped_errors", 6, 3, lambda: transfer.task_skipped_errors(ANY)),
        ("/v0.10/endpoint_search", 350, None, lambda: transfer.endpoint_search("any")),
        (f"/v0.10/endpoint/{ANY}/shared_endpoint_list", 7, 3, lambda: transfer.get_shared_endpoint_list(ANY)),
        ("/v0.10/endpoint_manager/task_list", 7, 3, lambda: transfer.endpoint_manager_task_list()),
        (f"/v1/index/{ANY}/search", 250, None, lambda: search.search(ANY, "*")),
        (f"/v1/index/{ANY}/search", 250, None, lambda: search.post_search(ANY, {"q": "*"})),
        (f"/v1/index/{ANY}/search", 250, 40, lambda: search.scroll(ANY, {"q": "*"})),
        ("/flows", 7, 3, lambda: flows.list_flows()),
        ("/runs", 7, 3, lambda: flows.list_runs()),
        (f"/runs/{ANY}/log", 7, 3, lambda: flows.get_run_logs(ANY)),
    ]:
        set_list(path, rows, page)
        seen = [row["number"] for row in pages().items()]
        if seen != list(range(min(rows, 1000))):
            print(f"{path}: {seen}")
            wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
