"""OpenAI's own client for Python, unchanged, against the gate: a program that uses it need only change its address."""

import http.server
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import openai

BINARY = os.environ.get("PORTCULLIS_BINARY") or str(pathlib.Path(__file__).parent.parent / "target/release/portcullis")
READY_WITHIN_SECONDS = 30
QUESTION = [{"role": "user", "content": "How many open opportunities do I have?"}]
OPEN_TICKET = {
    "type": "function",
    "function": {
        "name": "open_ticket",
        "description": "Opens a ticket with the help desk",
        "parameters": {"type": "object", "properties": {"subject": {"type": "string"}}, "required": ["subject"]},
    },
}


def number(text: str) -> str:
    """The first number in a text."""
    return re.search(r"\d+", text).group()


class ScriptedModel(http.server.BaseHTTPRequestHandler):
    """A model server of a few lines: it calls the client's own tool, and repeats what the tool said."""

    def do_POST(self):
        last = json.loads(self.rfile.read(int(self.headers["content-length"])))["messages"][-1]
        if last["role"] == "tool":
            message, finish = {"content": f"The help desk says: {last['content']}"}, "stop"
        else:
            call = {"name": "open_ticket", "arguments": '{"subject": "Printer on fire"}'}
            message, finish = {"tool_calls": [{"id": "call_1", "type": "function", "function": call}]}, "tool_calls"
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        body = json.dumps({"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class OpenAiClientForPython(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="portcullis-e2e-")
        cls.addClassCleanup(folder.cleanup)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ScriptedModel)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        command = [BINARY, "demo", "--port", "0", "--data", folder.name, "--json"]
        command += ["--model-url", f"http://127.0.0.1:{server.server_port}/v1", "--model", "scripted"]
        demo = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        cls.addClassCleanup(cls.stop, demo)
        # A demo that never gets ready is ended, which ends the wait for its first line.
        late = threading.Timer(READY_WITHIN_SECONDS, demo.kill)
        late.start()
        line = demo.stdout.readline()
        late.cancel()
        if not line:
            raise RuntimeError("the demo ended before it was ready")
        # Nobody reads what follows, and a full pipe would hold the demo up.
        threading.Thread(target=demo.stdout.read, daemon=True).start()
        cls.ready = json.loads(line)
        cls.client = cls.connect(cls.ready["api_key"])
        cls.model = "local"

    @staticmethod
    def stop(demo: subprocess.Popen):
        demo.terminate()
        try:
            demo.wait(timeout=5)
        except subprocess.TimeoutExpired:
            demo.kill()
            demo.wait()
        demo.stdout.close()

    @classmethod
    def connect(cls, key: str) -> openai.OpenAI:
        client = openai.OpenAI(api_key=key, base_url=cls.ready["api_base"], max_retries=0, timeout=20)
        cls.addClassCleanup(client.close)
        return client

    def test_lists_models(self):
        models = self.client.models.list().data
        self.assertGreater(len(models), 0)
        for model in models:
            self.assertEqual(model.object, "model")
            self.assertIsInstance(model.created, int)
            self.assertTrue(model.owned_by)
            self.assertEqual(self.client.models.retrieve(model.id), model)

    def test_answers_a_question(self):
        completion = self.client.chat.completions.create(model=self.model, messages=QUESTION)
        self.assertEqual(completion.object, "chat.completion")
        self.assertEqual(completion.model, self.model)
        choice = completion.choices[0]
        self.assertEqual(choice.message.role, "assistant")
        self.assertEqual(choice.finish_reason, "stop")
        self.assertRegex(choice.message.content, r"\d+")
        usage = completion.usage
        self.assertEqual(usage.prompt_tokens + usage.completion_tokens, usage.total_tokens)

    def test_streams_the_same_answer(self):
        whole = self.client.chat.completions.create(model=self.model, messages=QUESTION)
        stream = self.client.chat.completions.create(
            model=self.model, messages=QUESTION, stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        choices = [choice for chunk in chunks for choice in chunk.choices]
        self.assertEqual(choices[0].delta.role, "assistant")
        self.assertEqual([choice.finish_reason for choice in choices if choice.finish_reason], ["stop"])
        self.assertEqual(len({chunk.id for chunk in chunks}), 1)
        self.assertIsInstance(chunks[-1].usage.total_tokens, int)
        text = "".join(choice.delta.content or "" for choice in choices)
        self.assertEqual(number(text), number(whole.choices[0].message.content))

    def test_gets_its_own_tools_called_and_their_results_heard(self):
        messages = [{"role": "user", "content": 'Open a ticket with the subject "Printer on fire"'}]
        asked = self.client.chat.completions.create(
            model="server",
            messages=messages,
            tools=[OPEN_TICKET],
        )
        choice = asked.choices[0]
        self.assertEqual(choice.finish_reason, "tool_calls")
        call = choice.message.tool_calls[0]
        self.assertEqual(call.function.name, "open_ticket")
        self.assertIsInstance(json.loads(call.function.arguments)["subject"], str)

        result = {"role": "tool", "tool_call_id": call.id, "content": "Ticket 4711 is open"}
        messages += [choice.message.model_dump(exclude_none=True), result]
        heard = self.client.chat.completions.create(model="server", messages=messages, tools=[OPEN_TICKET])
        self.assertEqual(heard.choices[0].finish_reason, "stop")
        self.assertEqual(heard.choices[0].message.content, "The help desk says: Ticket 4711 is open")
        self.assertTrue(heard.choices[0].message.content)

    def test_refuses_a_wrong_key(self):
        wrong = "sk-wrong-0123456789abcdef"
        with self.assertRaises(openai.AuthenticationError) as raised:
            self.connect(wrong).chat.completions.create(model=self.model, messages=QUESTION)
        self.assertEqual(raised.exception.status_code, 401)
        self.assertEqual(raised.exception.code, "invalid_api_key")
        self.assertNotIn(wrong, raised.exception.response.text)

    def test_says_which_model_it_does_not_know(self):
        with self.assertRaises(openai.NotFoundError) as raised:
            self.client.chat.completions.create(model="no-such-model", messages=QUESTION)
        self.assertEqual(raised.exception.code, "model_not_found")
        self.assertIn("no-such-model", raised.exception.message)

    def test_says_which_part_of_a_request_it_does_not_understand(self):
        with self.assertRaises(openai.BadRequestError) as raised:
            self.client.chat.completions.create(model=self.model, messages="not a list")
        self.assertEqual(raised.exception.param, "messages")
        self.assertEqual(raised.exception.type, "invalid_request_error")


if __name__ == "__main__":
    unittest.main()
