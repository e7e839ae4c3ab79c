"""What every driver in Python starts from: the target, the shared expectations, and one line of JSON a step."""

import importlib.metadata
import json
import os
import pathlib
import re
import time
import traceback
import urllib.error
import urllib.request

target = json.loads(os.environ["INTEROP"])
expect = json.loads((pathlib.Path(__file__).parent / "expect.json").read_text())
at_gate = target["kind"] == "gate"
person = expect["person"]


def token(who=person):
    return target["people"][who]["token"]


def drive(package, steps):
    """Runs the steps in their order. A step returns how it went, in a few words. One that fails hides no other."""
    print(json.dumps({"version": importlib.metadata.version(package)}), flush=True)
    for step, act in steps.items():
        try:
            outcome = {"step": step, "ok": True, "how": act() or ""}
        except Exception:  # pylint: disable=broad-except
            outcome = {"step": step, "ok": False, "how": traceback.format_exc()[-1200:]}
        print(json.dumps(outcome), flush=True)


def truth(soql, who=person):
    """What is really in the org, as this person sees it there: the records of a query."""
    return _hand("/truth", {"soql": soql, "who": who})


def decide(decision, proposal, who=person):
    """Does on the gate's page what the person would do there: "approve" or "reject" the proposal at this address."""
    return _hand("/decide", {"decision": decision, "proposal": proposal, "who": who})


def _hand(path, body):
    request = urllib.request.Request(target["hand"] + path, json.dumps(body).encode(), method="POST")
    try:
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from error


def refused(codes, act, code_of):
    """The call has to fail, with one of these codes where the client keeps it."""
    codes = [codes] if isinstance(codes, str) else codes
    try:
        answer = act()
    except Exception as error:  # pylint: disable=broad-except
        assert code_of(error) in codes, f"wanted {codes}, got {code_of(error)}: {error}"
        return error
    raise AssertionError(f"was answered: {str(answer)[:200]}")


def paging_soql():
    """The query whose answer has several pages. The gate lets fewer rows through to one query than the org."""
    return expect["paging"]["soql"] + (f" LIMIT {expect['paging']['atGate']}" if at_gate else "")


def treated(records, real, passed=(), covered=()):
    """Treated values of a query: what passes is what the org holds, what is covered is not."""
    assert len(records) == len(real), (len(records), len(real))
    for record, held in zip(records, real):
        for field in passed:
            assert record[field] == held[field], field
        for field in covered:
            if held[field] is None:
                continue
            if at_gate:
                assert re.fullmatch(r"\{[A-Z_]+_\d+[a-z]*\}", record[field]), f"{field} is in the clear"
            else:
                assert record[field] == held[field], field


def key():
    return f"interop-{os.getpid()}-{time.time_ns()}"
