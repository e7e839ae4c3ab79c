"""What the gate answers to a write: it waits for a person, and no client may take it for done."""

import json
import re

from lib import decide, expect, key, truth

NAME, EXTERNAL = expect["record"]["object"], expect["record"]["external"]
PENDING = "PENDING_APPROVAL"


def waits(answer):
    """The address of what waits, from whatever the client makes of the answer. "newest" when it keeps the status alone."""
    if hasattr(answer, "status_code"):
        assert answer.status_code == 202
        answer = answer.json()
    if isinstance(answer, str) and "{" in answer:
        answer = json.loads(answer[answer.index("{"):])
    if isinstance(answer, dict):
        assert answer["success"] is False and not answer["id"]
        assert answer["errors"][0]["statusCode"] == PENDING
        return answer["portcullis"]["address"]
    # 204 would be done.
    assert answer == 202 or re.search(r"\b202$", str(answer)), answer
    return "newest"


def own():
    """A record of the person's own that is really there."""
    return truth(f"SELECT Id, Title, Email FROM {NAME} WHERE LastName LIKE 'Filler %' ORDER BY LastModifiedDate LIMIT 1")[0]


def by_id(record):
    return truth(f"SELECT Id, Title, Email FROM {NAME} WHERE Id = '{record}'")


def named(name):
    return truth(f"SELECT Id, Title, Email FROM {NAME} WHERE LastName = '{name}'")


def pending_create(act):
    name = key()
    proposal = waits(act({**expect["record"]["create"], "LastName": name}))
    assert named(name) == []
    decide("approve", proposal)
    real = named(name)[0]
    assert [real["Title"], real["Email"]] == [expect["record"]["create"][field] for field in ("Title", "Email")]
    return "waits; made once approved"


def pending_update(act):
    record, title = own(), key()
    decide("reject", waits(act(record["Id"], {"Title": title})))
    assert by_id(record["Id"])[0]["Title"] == record["Title"]
    decide("approve", waits(act(record["Id"], {"Title": title})))
    assert by_id(record["Id"])[0]["Title"] == title
    return "waits; nothing when rejected, done once approved"


def pending_upsert(act):
    value = key()
    proposal = waits(act(value, {**expect["record"]["upsert"], "LastName": key()}))
    assert truth(f"SELECT Id FROM {NAME} WHERE {EXTERNAL} = '{value}'") == []
    decide("approve", proposal)
    assert truth(f"SELECT Title FROM {NAME} WHERE {EXTERNAL} = '{value}'")[0]["Title"] == expect["record"]["upsert"]["Title"]
    return "waits; made once approved"


def pending_delete(act):
    record = own()["Id"]
    proposal = waits(act(record))
    assert by_id(record) != []
    decide("approve", proposal)
    assert by_id(record) == []
    return "waits; gone once approved"


def pending_token(read, act):
    """A value that was covered when it was read can be written: the org gets what it stands for."""
    record, name = own(), key()
    email = read(record["Id"])
    assert re.fullmatch(r"\{[A-Z_]+_\d+[a-z]*\}", email), email
    decide("approve", waits(act({"LastName": name, "Email": email})))
    assert named(name)[0]["Email"] == record["Email"]


def pending_many(act):
    """`act` sends a composite that makes a record and refers to it."""
    parts = act()["compositeResponse"]
    assert parts[0]["httpStatusCode"] == 202 and parts[0]["body"]["success"] is False, parts[0]
    assert all(part["httpStatusCode"] >= 400 for part in parts[1:]), parts
    return "the part that writes waits, those that refer to it are not done"
