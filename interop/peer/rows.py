"""Prints the rows of the sandbox's lists as Globus's SDK pages through them: a JSON object by the names of the lists."""

import json
import sys

from lists import ANY, clients


def main():
    transfer, search, flows = clients()
    lists = {
        "tasks": transfer.task_list(),
        "events": transfer.task_event_list(ANY),
        "done": transfer.task_successful_transfers(ANY),
        "skipped": transfer.task_skipped_errors(ANY),
        "endpoints": transfer.endpoint_search("any"),
        "shared": transfer.get_shared_endpoint_list(ANY),
        "managed": transfer.endpoint_manager_task_list(),
        "found": search.search(ANY, "*"),
        "posted": search.post_search(ANY, {"q": "*"}),
        "scrolled": search.scroll(ANY, {"q": "*"}),
        "flows": flows.list_flows(),
        "runs": flows.list_runs(),
        "log": flows.get_run_logs(ANY),
    }
    json.dump({name: list(pages.items()) for name, pages in lists.items()}, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
