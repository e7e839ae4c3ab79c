"""langchain-salesforce: the tool that a LangChain agent is given."""

from langchain_salesforce import SalesforceTool
from simple_salesforce import Salesforce

from lib import at_gate, drive, expect, paging_soql, person, refused, target, token, treated, truth
from pending import pending_create, pending_delete, pending_update

NAME = expect["record"]["object"]


def tool_of(session, **more):
    client = Salesforce(instance_url=target["https"], session_id=session)
    client.headers.update(more)
    return SalesforceTool("", "", "", salesforce_client=client)


def code_of(error):
    content = getattr(error, "content", None)
    return content[0]["errorCode"] if isinstance(content, list) else type(error).__name__


tool = tool_of(token())
made = {}


def call(operation, **arguments):
    return tool.invoke({"operation": operation, **arguments})


def login():
    assert any(found["name"] == NAME for found in call("list_objects"))
    return "its client takes a session and an instance URL"


def describe():
    described = call("describe", object_name=expect["describe"]["object"])
    fields = {field["name"]: field["type"] for field in described["fields"]}
    for name, kind in expect["describe"]["has"].items():
        assert fields.get(name) == kind, name
    for name in expect["describe"]["lacks"]:
        assert name not in fields, name
    stages = call("get_field_metadata", object_name="Opportunity", field_name="StageName")["picklistValues"]
    assert "Closed Won" in [stage["value"] for stage in stages]
    return f"{len(fields)} fields"


def query():
    real = truth(expect["query"]["soql"])
    found = call("query", query=expect["query"]["soql"])
    treated(found["records"], real, passed=expect["query"]["passed"])
    return f"{len(real)} rows"


def paging():
    batch = expect["paging"]["batch"]
    paged = tool_of(token(), **{"Sforce-Query-Options": f"batchSize={batch}"})
    page = paged.invoke({"operation": "query", "query": paging_soql()})
    real = truth(paging_soql())
    assert page["done"] is False and page["totalSize"] == len(real) and page["nextRecordsUrl"]
    treated(page["records"], real[:batch], passed=expect["paging"]["passed"], covered=expect["paging"]["covered"])
    return "the first page, and that there is more: it asks for no second"


def create():
    if at_gate:
        return pending_create(lambda fields: call("create", object_name=NAME, record_data=fields))
    result = call("create", object_name=NAME, record_data=expect["record"]["create"])
    assert result["success"] is True
    made["id"] = result["id"]
    real = truth(f"SELECT Title, Owner.Username FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Title"] == expect["record"]["create"]["Title"] and real["Owner"]["Username"] == person
    return None


def write(record, data):
    return call("update", object_name=NAME, record_id=record, record_data=data)


def update():
    if at_gate:
        return pending_update(write)
    assert write(made["id"], expect["record"]["update"]) == 204
    real = truth(f"SELECT Title FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Title"] == expect["record"]["update"]["Title"]
    return None


def remove(record):
    return call("delete", object_name=NAME, record_id=record)


def delete():
    if at_gate:
        return pending_delete(remove)
    assert remove(made["id"]) == 204
    assert truth(f"SELECT Id FROM {NAME} WHERE Id = '{made['id']}'") == []
    return None


def errors():
    for case in expect["errors"].values():
        refused(case["code"], lambda case=case: call("query", query=case["soql"]), code_of)
    blank = expect["missing value"]
    if not at_gate:
        refused(blank["code"], lambda: call("create", object_name=NAME, record_data=blank["fields"]), code_of)
    return f"{len(expect['errors']) + (0 if at_gate else 1)} refusals"


def rights():
    case = expect["no rights"]
    reader = tool_of(token(expect["reader"]))
    arguments = {"operation": "create", "object_name": case["object"], "record_data": case["fields"]}
    refused(case["codes"], lambda: reader.invoke(arguments), code_of)
    return "reader may not write"


drive("langchain-salesforce", {
    "login": login, "describe": describe, "query": query, "paging": paging, "create": create, "update": update,
    "upsert": lambda: "not offered by the client", "composite": lambda: "not offered by the client",
    "delete": delete, "errors": errors, "rights": rights,
})
