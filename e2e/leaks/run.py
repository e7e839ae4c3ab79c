"""Others' tests of a gateway, against the built binary: pii-leak-benchmark, its streaming profile v2, and chunk-invariance.

`cargo xtask leaks` installs them as `requirements.txt` pins them and runs this. Their scripted model is the only upstream.
"""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import chunk_invariance

BINARY = os.environ.get("PORTCULLIS_BINARY") or str(pathlib.Path(__file__).parents[2] / "target/debug/portcullis")
TOOLS = pathlib.Path(sys.executable).parent
CAPTURE = 8765
VALUES = "Write to ana.roy@mail.example or call +49 30 901820, account DE89370400440532013000."


def relay(port, path, change):
    """A door in front of another: changes the body and the headers of what goes on, and nothing of what comes back."""

    class Relay(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body, headers = change(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            onward = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            onward.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
            answer = onward.getresponse()
            self.send_response(answer.status)
            self.send_header("content-type", answer.headers.get("content-type", "application/json"))
            self.send_header("connection", "close")
            self.end_headers()
            while piece := answer.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
            onward.close()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"


def without_the_gates_own(body):
    """The profile's model repeats the first message or tool: that has to be the client's, not the gate's own."""
    own = {"soqlQuery", "find", "getObjectSchema", "getUserInfo", "createSobjectRecord", "updateSobjectRecord"}
    tools = [tool for tool in body.get("tools", []) if tool["function"]["name"] not in own]
    return {**{name: value for name, value in body.items() if name != "tools"}, "messages": body["messages"][1:], **({"tools": tools} if tools else {})}, {}


# Values that the model makes up are covered, and members that nobody knows are left out: what this profile asks of a gate.
ANSWERS = """
[screen]
invented = "cover"

[openai]
unknown_members = "ignore"
"""


def profile(folder):
    """The streaming profile v2: what leaked, what came back, and what the pieces changed."""
    model = relay(CAPTURE, "/v1/chat/completions", without_the_gates_own)
    with demo(folder, model, ANSWERS) as ready:
        gate = urllib.parse.urlsplit(ready["api_base"])
        keyed = relay(gate.port, gate.path + "/chat/completions", lambda body: (body, {"authorization": f"Bearer {ready['api_key']}"}))
        run = [TOOLS / "pii-leak-benchmark-v2", "--validate", "--out", f"{folder}/v2", "--exhaustive-splits", "--partial-emission", "--only", "passthrough"]
        run += ["--json-out", f"{folder}/v2.json", "--gateway-url", keyed + "/chat/completions", "--upstream-port", str(CAPTURE), "--model", "server"]
        # A machine that builds beside it answers late; late is not wrong.
        subprocess.run(run, check=False, env={**os.environ, "V2_CLIENT_READ_TIMEOUT": "60"})
    with open(f"{folder}/v2.json", encoding="utf-8") as report:
        row = json.load(report)["rows"][0]
    with open(f"{folder}/v2/passthrough.partial-emission.json", encoding="utf-8") as report:
        row["partial_emission"] = json.load(report)["metrics"]["partial_emission_rate"]["overall"]
    return row


def passes(row):
    """Whether the profile passed: every case answered, and not even a part of a made-up value given out."""
    return row["outcome"] == "pass" and row["schema_valid"] and row["inconclusive"] == 0 and row["partial_emission"] == 0


class Pieces:
    """A scripted model that repeats the last thing said to it, cut where it is told."""

    def __init__(self):
        outer = self
        self.heard, self.say = "", None

        class Model(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.heard = body["messages"][-1]["content"]
                pieces = outer.say(outer.heard)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                for piece in pieces:
                    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
                    self.wfile.write(f"data: {json.dumps({'id': 'x', 'choices': [choice]})}\n\n".encode())
                    self.wfile.flush()
                end = {"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
                self.wfile.write(f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n".encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", CAPTURE), Model)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def ask(ready, model, pieces_of):
    """What a client reads of an answer that the model cuts so."""
    model.say = pieces_of
    body = {"model": "server", "stream": True, "messages": [{"role": "user", "content": VALUES}]}
    gate = urllib.parse.urlsplit(ready["api_base"])
    connection = http.client.HTTPConnection(gate.hostname, gate.port, timeout=60)
    headers = {"content-type": "application/json", "authorization": f"Bearer {ready['api_key']}"}
    connection.request("POST", gate.path + "/chat/completions", json.dumps(body), headers)
    events = connection.getresponse().read().decode()
    connection.close()
    read = ""
    for line in events.splitlines():
        if line.startswith("data: {"):
            for choice in json.loads(line[6:]).get("choices", []):
                read += choice.get("delta", {}).get("content") or ""
    return read


def chunks(ready):
    """The gate as a filter: however the model's words are cut, the client reads the same."""
    model = Pieces()
    extra = " NAME_9 {x} {NAME_1} 50% done"
    try:
        whole = ask(ready, model, lambda heard: [heard.replace("_", "\\_") + extra])
        masked = model.heard
        if any(value in masked for value in ("ana.roy", "901820", "DE8937")):
            return f"LEAK: {masked!r}"
        if whole != VALUES + extra:
            return f"NOT RESTORED: {whole!r}"
        text = masked.replace("_", "\\_") + extra

        def streamed(pieces):
            # Letters of tokens differ from conversation to conversation, their places do not.
            pieces = list(pieces)
            places = [sum(map(len, pieces[:n])) for n in range(len(pieces) + 1)]

            def pieces_of(heard):
                now = heard.replace("_", "\\_") + extra
                return [now[start:end] for start, end in zip(places, places[1:])]

            return [ask(ready, model, pieces_of)]

        tried = chunk_invariance.assert_chunk_invariant(streamed, lambda _: whole, text)
        tried += chunk_invariance.assert_chunk_invariant(streamed, lambda _: whole, text, splits=[list(text)])
        return f"CLEAN: {tried} cuttings of one answer, all read the same"
    except chunk_invariance.ChunkInvarianceError as error:
        return f"DIFFERS: {error}"
    finally:
        model.close()


@contextlib.contextmanager
def demo(folder, model, answers=""):
    """A demo whose only upstream is this model's address."""
    data = tempfile.mkdtemp(dir=folder)
    (pathlib.Path(data) / "portcullis-demo").touch()
    (pathlib.Path(data) / "answers.toml").write_text(answers, encoding="utf-8")
    arguments = ["demo", "--port", "0", "--data", data, "--json", "--model-url", model, "--model", "scripted"]
    child = subprocess.Popen([BINARY, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()


def main():
    with tempfile.TemporaryDirectory(prefix="portcullis-leaks-") as folder:
        with demo(folder, f"http://127.0.0.1:{CAPTURE}/v1") as ready:
            target = ["--target-base-url", ready["api_base"], "--target-api-key", ready["api_key"], "--target-model", "server"]
            selfcheck = [TOOLS / "pii-leak-benchmark", "selfcheck", *target, "--json-out", f"{folder}/selfcheck.json"]
            clean = subprocess.run(selfcheck, check=False).returncode == 0
            verdict = chunks(ready)
        print("\nchunk-invariance:", verdict)
        report = profile(folder)
        print("\npii-leak-benchmark v2:", json.dumps(report, indent=1))
    sys.exit(0 if clean and verdict.startswith("CLEAN") and passes(report) else 1)


if __name__ == "__main__":
    main()
