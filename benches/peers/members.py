"""The members of all groups as CSV, by Globus's SDK and a pool of so many threads."""

import concurrent.futures
import csv
import sys

import globus_sdk


def main():
    client = globus_sdk.GroupsClient(authorizer=globus_sdk.AccessTokenAuthorizer("made-up"))
    groups = client.get_my_groups()

    def members(group):
        return client.get_group(group["id"], include="memberships")["memberships"]

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["Group", "Username", "Role", "Status"])
    with concurrent.futures.ThreadPoolExecutor(int(sys.argv[1])) as pool:
        for group, memberships in zip(groups, pool.map(members, groups)):
            for one in memberships:
                writer.writerow([group["name"], one["username"], one["role"], one["status"]])


main()
