"""mcp-salesforce-connector: an MCP server over simple-salesforce, driven over stdio as an assistant drives it."""

import asyncio
import json
import os
import queue
import shutil
import sys
import threading

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from lib import at_gate, drive, expect, paging_soql, person, target, token, treated, truth
from pending import pending_create, pending_delete, pending_update

NAME = expect["record"]["object"]
made = {}
servers = {}


class Server(threading.Thread):
    """A server of the client's own, for one person, and a session with it."""

    def __init__(self, who):
        super().__init__(daemon=True)
        self.environment = {
            **os.environ, "SALESFORCE_ACCESS_TOKEN": token(who), "SALESFORCE_INSTANCE_URL": target["https"],
        }
        self.asked, self.answered = queue.Queue(), queue.Queue()
        self.start()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        program = shutil.which("salesforce", path=os.path.dirname(sys.executable))
        server = StdioServerParameters(command=program, env=self.environment)
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            async with stdio_client(server, errlog=nowhere) as streams, ClientSession(*streams) as session:
                await session.initialize()
                while True:
                    tool, arguments = await asyncio.to_thread(self.asked.get)
                    self.answered.put(await session.call_tool(tool, arguments))


def call(tool, arguments, who=person):
    """One tool call: the text, and whether it is an error."""
    if who not in servers:
        servers[who] = Server(who)
    servers[who].asked.put((tool, arguments))
    result = servers[who].answered.get(timeout=60)
    return result.content[0].text, bool(result.isError)


def good(tool, **arguments):
    text, failed = call(tool, arguments)
    assert not failed, text
    return text


def bad(code, tool, who=person, **arguments):
    text, failed = call(tool, arguments, who)
    codes = [code] if isinstance(code, str) else code
    assert failed and any(code in text for code in codes), f"wanted {codes}: {text[:300]}"


def rows(text):
    return json.loads(text.split("\n", 1)[1])


def login():
    names = json.loads(good("list_sobjects").split("\n", 1)[1])
    assert NAME in names
    return "access token and instance URL, over TLS"


def describe():
    text = good("get_object_fields", object_name=expect["describe"]["object"])
    lines = [line.split(",") for line in text.splitlines()[2:]]
    kinds = {line[0]: line[-2] for line in lines}
    for name, kind in expect["describe"]["has"].items():
        assert kinds.get(name) == kind, name
    for name in expect["describe"]["lacks"]:
        assert name not in kinds, name
    return text.splitlines()[0]


def query():
    real = truth(expect["query"]["soql"])
    found = rows(good("run_soql_query", query=expect["query"]["soql"], format="compact"))
    treated(found, real, passed=expect["query"]["passed"])
    return f"{len(real)} rows"


def paging():
    real = truth(paging_soql())
    found = rows(good("run_soql_query", query=paging_soql(), format="compact"))
    treated(found, real, passed=expect["paging"]["passed"], covered=expect["paging"]["covered"])
    return f"{len(found)} rows, at most 2000 a page"


def result_of(text):
    return json.loads(text.split("\n", 1)[1])


def write_new(fields):
    return good("create_record", object_name=NAME, data=fields)


def create():
    if at_gate:
        return pending_create(write_new)
    result = result_of(write_new(expect["record"]["create"]))
    assert result["success"] is True
    made["id"] = result["id"]
    record = json.loads(good("get_record", object_name=NAME, record_id=made["id"]))
    assert record["Email"] == expect["record"]["create"]["Email"]
    real = truth(f"SELECT Owner.Username FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Owner"]["Username"] == person
    return None


def write(record, data):
    return good("update_record", object_name=NAME, record_id=record, data=data)


def update():
    if at_gate:
        return pending_update(write)
    assert "204" in write(made["id"], expect["record"]["update"])
    real = truth(f"SELECT Title FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Title"] == expect["record"]["update"]["Title"]
    return None


def composite():
    body = {"compositeRequest": [
        {"method": "GET", "url": f"/services/data/v59.0/sobjects/{NAME}/describe", "referenceId": "one"},
        {"method": "GET", "url": "/services/data/v59.0/query?q=SELECT+Id+FROM+Nope__c", "referenceId": "two"},
    ]}
    parts = result_of(good("restful", path="composite", method="POST", data=body))["compositeResponse"]
    assert [part["httpStatusCode"] for part in parts] == [200, 400]
    assert parts[0]["body"]["name"] == NAME and parts[1]["body"][0]["errorCode"] == "INVALID_TYPE"
    return "two parts, one refused"


def remove(record):
    return good("delete_record", object_name=NAME, record_id=record)


def delete():
    if at_gate:
        return pending_delete(remove)
    assert "204" in remove(made["id"])
    assert truth(f"SELECT Id FROM {NAME} WHERE Id = '{made['id']}'") == []
    return None


def errors():
    for case in expect["errors"].values():
        bad(case["code"], "run_soql_query", query=case["soql"])
    missing, blank = expect["missing record"], expect["missing value"]
    bad(missing["code"], "get_record", object_name=missing["object"], record_id=missing["id"])
    if not at_gate:
        bad(blank["code"], "create_record", object_name=blank["object"], data=blank["fields"])
    return f"{len(expect['errors']) + (1 if at_gate else 2)} refusals"


def rights():
    case = expect["no rights"]
    bad(case["codes"], "create_record", expect["reader"], object_name=case["object"], data=case["fields"])
    return "reader may not write"


drive("mcp-salesforce-connector", {
    "login": login, "describe": describe, "query": query, "paging": paging, "create": create, "update": update,
    "upsert": lambda: "not offered by the client", "composite": composite, "delete": delete, "errors": errors,
    "rights": rights,
})

# The sessions wait for more to ask; the servers end with their standard input.
sys.stdout.flush()
os._exit(0)
