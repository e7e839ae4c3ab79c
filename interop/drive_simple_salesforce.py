"""simple-salesforce, as a script uses it."""

from simple_salesforce import Salesforce, SalesforceError

from lib import at_gate, drive, expect, key, paging_soql, person, refused, target, token, treated, truth
from pending import pending_create, pending_delete, pending_many, pending_token, pending_update, pending_upsert

NAME, EXTERNAL = expect["record"]["object"], expect["record"]["external"]


def connect(session):
    return Salesforce(instance_url=target["https"], session_id=session)


def code_of(error):
    content = getattr(error, "content", None)
    return content[0]["errorCode"] if isinstance(content, list) else type(error).__name__


salesforce = connect(token())
contacts = getattr(salesforce, NAME)
made = {}


def login():
    # Its logins are bound to salesforce.com; a session and an instance are how it goes anywhere else.
    assert salesforce.limits()["DailyApiRequests"]["Max"] > 0
    return "session and instance URL, over TLS"


def describe():
    described = getattr(salesforce, expect["describe"]["object"]).describe()
    fields = {field["name"]: field["type"] for field in described["fields"]}
    for name, kind in expect["describe"]["has"].items():
        assert fields.get(name) == kind, name
    for name in expect["describe"]["lacks"]:
        assert name not in fields, name
    names = [found["name"] for found in salesforce.describe()["sobjects"]]
    assert expect["describe"]["object"] in names
    return f"{len(fields)} fields"


def query():
    real = truth(expect["query"]["soql"])
    found = salesforce.query(expect["query"]["soql"])
    assert found["totalSize"] == len(real)
    treated(found["records"], real, **fields_of(expect["query"]))
    return f"{len(real)} rows"


def fields_of(part):
    return {name: part[name] for name in ("passed", "covered") if name in part}


def paging():
    soql = paging_soql()
    real = truth(soql)
    assert len(real) > 2 * expect["paging"]["batch"]
    headers = {"Sforce-Query-Options": f"batchSize={expect['paging']['batch']}"}
    first = salesforce.query(soql, headers=headers)
    assert first["done"] is False and len(first["records"]) == expect["paging"]["batch"]
    records, page, pages = first["records"], first, 1
    while not page["done"]:
        page = salesforce.query_more(page["nextRecordsUrl"], identifier_is_url=True)
        records, pages = records + page["records"], pages + 1
    treated(records, real, **fields_of(expect["paging"]))
    everything = salesforce.query_all(soql)
    assert [row["Id"] for row in everything["records"]] == [row["Id"] for row in real]
    return f"{len(real)} rows in {pages} pages"


def create():
    if at_gate:
        pending_token(lambda record: contacts.get(record)["Email"], contacts.create)
        return pending_create(contacts.create)
    result = contacts.create(expect["record"]["create"])
    assert result["success"] is True and result["errors"] == []
    made["id"] = result["id"]
    real = truth(f"SELECT Title, Owner.Username FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Title"] == expect["record"]["create"]["Title"] and real["Owner"]["Username"] == person
    assert contacts.get(made["id"])["Email"] == expect["record"]["create"]["Email"]
    return None


def update():
    if at_gate:
        record = truth(f"SELECT Id FROM {NAME} WHERE LastName LIKE 'Filler %' LIMIT 1")[0]["Id"]
        assert contacts.update(record, {"Title": "Waits"}) == 202
        return pending_update(lambda record, fields: contacts.update(record, fields, raw_response=True))
    assert contacts.update(made["id"], expect["record"]["update"]) == 204
    real = truth(f"SELECT Title FROM {NAME} WHERE Id = '{made['id']}'")[0]
    assert real["Title"] == expect["record"]["update"]["Title"]
    return None


def upsert():
    if at_gate:
        return pending_upsert(lambda value, fields: contacts.upsert(f"{EXTERNAL}/{value}", fields, raw_response=True))
    value = key()
    assert contacts.upsert(f"{EXTERNAL}/{value}", expect["record"]["upsert"]) == 201
    assert contacts.upsert(f"{EXTERNAL}/{value}", {"Title": "Again"}) in (200, 204)
    real = truth(f"SELECT Title FROM {NAME} WHERE {EXTERNAL} = '{value}'")
    assert [row["Title"] for row in real] == ["Again"]
    assert contacts.get_by_custom_id(EXTERNAL, value)["Title"] == "Again"
    return "made, then changed"


def composite():
    # It has no call of its own for these; `restful` is how its users reach them.
    url = f"/services/data/v{salesforce.sf_version}/sobjects/{NAME}"
    # Through the gate each write waits by itself, so all or none is refused.
    body = {"allOrNone": not at_gate, "compositeRequest": [
        {"method": "POST", "url": url, "referenceId": "made", "body": {"LastName": "Interop-Ref"}},
        {"method": "GET", "url": url + "/@{made.id}?fields=LastName", "referenceId": "read"},
        {"method": "DELETE", "url": url + "/@{made.id}", "referenceId": "gone"},
    ]}
    if at_gate:
        return pending_many(lambda: salesforce.restful("composite", method="POST", json=body))
    parts = salesforce.restful("composite", method="POST", json=body)["compositeResponse"]
    assert [part["httpStatusCode"] for part in parts] == [201, 200, 204]
    assert parts[1]["body"]["LastName"] == "Interop-Ref"
    return "references between parts"


def bulk():
    records = [{"LastName": f"Interop-Bulk-{number}"} for number in range(3)]
    if at_gate:
        error = refused("FUNCTIONALITY_NOT_ENABLED", lambda: getattr(salesforce.bulk2, NAME).insert(records=records),
                        code_of)
        return f"closed: {code_of(error)}"
    result = getattr(salesforce.bulk2, NAME).insert(records=records)
    assert sum(part["numberRecordsProcessed"] for part in result) == 3
    assert sum(part["numberRecordsFailed"] for part in result) == 0
    real = truth(f"SELECT Id FROM {NAME} WHERE LastName LIKE 'Interop-Bulk-%'")
    assert len(real) == 3
    old = getattr(salesforce.bulk, NAME).delete([{"Id": row["Id"]} for row in real])
    assert all(part["success"] for part in old), old
    return "2.0 ingest, 1.0 delete"


def delete():
    if at_gate:
        return pending_delete(lambda record: contacts.delete(record, raw_response=True))
    assert contacts.delete(made["id"]) == 204
    assert truth(f"SELECT Id FROM {NAME} WHERE Id = '{made['id']}'") == []
    refused(["NOT_FOUND", "ENTITY_IS_DELETED"], lambda: contacts.get(made["id"]), code_of)
    return None


def errors():
    for case in expect["errors"].values():
        refused(case["code"], lambda case=case: salesforce.query(case["soql"]), code_of)
    missing, blank = expect["missing record"], expect["missing value"]
    refused(missing["code"], lambda: contacts.get(missing["id"]), code_of)
    foreign = truth("SELECT Id FROM Contact LIMIT 1", expect["other"])[0]["Id"]
    refused(missing["code"], lambda: contacts.get(foreign), code_of)
    if not at_gate:
        refused(blank["code"], lambda: contacts.create(blank["fields"]), code_of)
    return f"{len(expect['errors']) + (2 if at_gate else 3)} refusals"


def rights():
    case = expect["no rights"]
    reader = getattr(connect(token(expect["reader"])), case["object"])
    refused(case["codes"], lambda: reader.create(case["fields"]), code_of)
    wrong = connect("00D000000000001!wrong")
    error = refused("INVALID_SESSION_ID", lambda: wrong.query("SELECT Id FROM Contact LIMIT 1"), code_of)
    assert isinstance(error, SalesforceError)
    return "reader may not write, wrong token is refused"


drive("simple-salesforce", {
    "login": login, "describe": describe, "query": query, "paging": paging, "create": create, "update": update,
    "upsert": upsert, "composite": composite, "bulk": bulk, "delete": delete, "errors": errors, "rights": rights,
})
