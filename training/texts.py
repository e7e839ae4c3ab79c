"""Labelled texts: frames whose slots are filled with invented words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from words import DAYS, JOBS, MONTHS, PLACES, PRODUCTS, PROJECTS, World, held_out, titled

FRAMES = Path(__file__).resolve().parent / "frames"
SLOT = re.compile(r"<([A-Za-z]+)([23]?)>")
#: What a character belongs to. About `OPEN` ones (telephones, ids) nothing is taught but what the network knows already.
NONE, NAME, ORG, OPEN = range(4)


@dataclass
class Text:
    """A text and, for each of its characters, what it belongs to."""

    text: str = ""
    labels: list[int] = field(default_factory=list)

    def add(self, piece: str, label: int = NONE) -> None:
        """Appends a piece of which all belongs to one thing."""
        self.text += piece
        self.labels += [label] * len(piece)


def frames(validation: bool) -> list[str]:
    """Every frame of one half."""
    lines = [line for path in sorted(FRAMES.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    return [line.replace("\\n", "\n").replace("\\t", "\t") for line in kept if held_out(line, 0.12) == validation]


def number(r: Random, form: str) -> str:
    """`form` with its `#` made digits and its `@` letters."""
    form = re.sub("#", lambda _: r.choice("0123456789"), form)
    return re.sub("@", lambda _: r.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz"), form)


def fill(frame: str, world: World, r: Random) -> Text:
    """One frame with its slots filled."""
    out, at = Text(), 0
    people, firms = {n: world.person(r) for n in ("", "2", "3")}, {n: world.firm(r) for n in ("", "2", "3")}
    for slot in SLOT.finditer(frame):
        out.add(frame[at : slot.start()])
        at = slot.end()
        name, which = slot[1], slot[2]
        first, last, order = people[which or ""]
        full = f"{last} {first}" if order else f"{first} {last}"
        roll = r.random()
        match name:
            case "full":
                # Some say more, some less: a title, a middle name, initials alone, one name only.
                short = f"{first[0]}. {last}" if roll < 0.07 else last if roll < 0.12 else first if roll < 0.17 else full
                out.add(f"{last}, {first}" if 0.17 < roll < 0.2 else short, NAME)
            case "first":
                out.add(first, NAME)
            case "last":
                out.add(last, NAME)
            case "initial":
                out.add(r.choice([f"{first[0]}. {last}", f"{first[0]} {last}", f"{last} {first[0]}.", f"{first[0]}.{last}"]), NAME)
            case "lastfirst":
                out.add(f"{last}, {first}", NAME)
            case "lower":
                out.add(full.lower(), NAME)
            case "lowerfirst":
                out.add(first.lower(), NAME)
            case "lowerlast":
                out.add(last.lower(), NAME)
            case "upper":
                out.add(full.upper(), NAME)
            case "upperlast":
                out.add(last.upper(), NAME)
            case "org":
                out.add(firms[which or ""], ORG)
            case "orglower":
                out.add(firms[which or ""].lower(), ORG)
            case "orgupper":
                out.add(firms[which or ""].upper(), ORG)
            case "place":
                out.add(r.choice(PLACES), NONE)
            case "job" | "Job":
                out.add(r.choice(JOBS))
            case "month" | "day" | "MONTH":
                out.add(r.choice(DAYS if name == "day" else MONTHS))
            case "product":
                out.add(r.choice(PRODUCTS) if roll < 0.7 else f"{titled(r.choice(world.words))} {r.choice(['Pro', 'Cloud', 'Suite', 'One', 'X', 'Hub', 'Connect'])}")
            case "project":
                out.add(r.choice(PROJECTS))
            case "word" | "Word" | "WORD":
                word = r.choice(world.words)
                out.add(word if name == "word" else titled(word) if name == "Word" else word.upper())
            case "Words" | "WORDS":
                phrase = world.phrase(r)
                out.add(phrase if name == "Words" else phrase.upper())
            case "n":
                out.add(number(r, r.choice(["#", "##", "###", "####"])))
            case "id":
                out.add(number(r, r.choice(["00#####", "INC0######", "SN-####-@@", "5003@00000@#@#@AAC", "@@-#####", "PO-######", "4500######", "001@0#@@#@#@@##", "Q-#####"])))
            case "money":
                out.add(number(r, r.choice(["$##,###", "€ #.###", "##k EUR", "$#.#M", "GBP ####.##", "#.### zł", "##.### TL"])))
            case "phone":
                out.add(number(r, r.choice(["+44 20 7### ####", "(###) 555-01##", "030 #######", "+33 6 ## ## ## ##", "555 01##"])), OPEN)
            case "email":
                plain = re.sub("[^a-z.]", "", f"{first}.{last}".lower()) or "info"
                out.add(f"{plain}@example.{r.choice(['com', 'org', 'net'])}", OPEN)
            case _:
                raise ValueError(f"no slot `{name}`: {frame}")
    out.add(frame[at:])
    return out


def texts(count: int, seed: int, validation: bool = False) -> list[Text]:
    """`count` texts of one to four frames each: some half have people in them, some have not."""
    r, world, all_frames = Random(seed), World(validation), frames(validation)
    somebodys = [f for f in all_frames if re.search(r"<(full|first|last|initial|lower|upper|org)", f)]
    nobodys = [f for f in all_frames if f not in set(somebodys)]
    made = []
    for _ in range(count):
        text = Text()
        for index in range(r.choice([1, 2, 2, 3, 3])):
            if index:
                text.add(r.choice([" ", " ", "\n", "\n\n", "; ", " - "]))
            part = fill(r.choice(somebodys if r.random() < 0.65 else nobodys), world, r)
            text.text += part.text
            text.labels += part.labels
        made.append(text)
    return made
