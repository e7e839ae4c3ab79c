"""Invented people, firms, products and other words that fill the slots of the frames."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "crates/detect/lists"

ONSETS = "B Br C Ch D Dr F Fl G Gr H J K Kr L M N P Pr R S Sch Sh St T Th Tr V W Y Z Ts Mb Nd".split()
MIDDLES = "a e i o u ai ei ou ada ala ana ara ela era ima ina ira ola ona ora uma una ula ani eli".split()
CODAS = "berg bo da der di dor fi gar ka kin ko la lan li lo ma man mi mov na nen ni nik ra ri ro sa sen si ski son ta tek ti tov va vik win wu ya yan za".split()

PINYIN = "bai cai chang cheng chun dan fang fei gang guo hai hong hua hui jian jie jing jun lan lei li liang lin ling long mei min ming na ning ping qiang qing rong rui shan tao ting wei wen xia xiang xiao xin xiu yan yang yi ying yong yu yuan yun zhen zhi".split()
HAN = "Bai Cai Cao Chen Cheng Cui Deng Ding Dong Du Fan Feng Fu Gao Gu Guo Han He Hou Hu Huang Jia Jiang Jin Kong Lei Liang Lin Liu Long Lu Luo Lyu Ma Mao Meng Pan Peng Qian Qin Qiu Ren Shao Shen Shi Song Su Sun Tang Tao Tian Wan Wei Wu Xia Xiao Xie Xiong Xue Yan Yao Ye Yin Yu Yuan Zeng Zhang Zheng Zhong Zhou Zhu Zou Wong Chan Cheung Lau Leung Ng Kwok".split()
KANA_GIVEN = "aki haru hide hiro kazu masa michi nao nori rei ryo satsu shin taka taku toshi yasu yoshi yuki yu ken ma emi ayu asa chi".split()
KANA_GIVEN_END = "ko mi ka na ki ro ya to ji ta suke aki hiko nori ho e".split()
KANA_FAMILY = "aoki asa fuji fuku hara hira hoshi ishi ita iwa kawa kita ko kuro matsu miya mizu mori mura naka nishi no o oka oo saka saki shima shimi sugi suzu taka take tani toku toyo tsuka uchi ue wata yama yoshi".split()
KANA_FAMILY_END = "da ta moto mura yama shima zaki saki kawa gawa no uchi hara be ba i ta to zawa guchi".split()
HANGUL_FAMILY = "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong".split()
HANGUL = "ji min seo hyun jun young soo hee kyung jin woo eun sung ho yeon hye won tae dong chul mi sun in ae".split()

PLACES = """Aachen Aberdeen Accra Adelaide Algiers Almaty Amsterdam Ankara Antwerp Athens Atlanta Austin Bangalore Barcelona Basel
Beijing Belfast Bergen Berlin Bern Bilbao Birmingham Bogota Bologna Bordeaux Boston Bratislava Bremen Brisbane Bristol Brno
Brussels Bucharest Budapest Bursa Cairo Calgary Cardiff Casablanca Chennai Chicago Cologne Copenhagen Cork Cracow Dallas Delhi
Denver Detroit Doha Dortmund Dresden Dubai Durban Edinburgh Essen Eindhoven Florence Frankfurt Gdansk Geneva Genoa Ghent
Glasgow Gothenburg Graz Groningen Guadalajara Hamburg Hanoi Hanover Helsinki Houston Hyderabad Istanbul Izmir Jakarta
Johannesburg Karachi Kiel Kiev Krakow Kyoto Lagos Lausanne Leipzig Lima Linz Lisbon Liverpool Ljubljana London Lyon Madrid
Malmo Manchester Manila Mannheim Marseille Melbourne Miami Milan Montreal Mumbai Munich Nairobi Nantes Naples Nice Nuremberg
Odense Osaka Oslo Ottawa Palermo Paris Perth Philadelphia Phoenix Porto Poznan Prague Quebec Riga Rome Rotterdam Salzburg
Santiago Seattle Seoul Seville Shanghai Singapore Sofia Stockholm Strasbourg Stuttgart Sydney Tallinn Tokyo Toronto Toulouse
Tunis Turin Utrecht Valencia Vancouver Venice Vienna Vilnius Warsaw Wroclaw Zagreb Zurich München Köln Wien Zürich Lisboa
Roma Milano Praha Warszawa Genève Brüssel Texas Ohio Bavaria Tuscany Ontario France Germany Spain Poland Turkey Mexico Japan""".split()
JOBS = """head of purchasing|sales manager|account manager|chief financial officer|CFO|CTO|managing director|office manager|
project lead|data engineer|nurse|plant manager|team lead|consultant|buyer|controller|HR manager|key account manager|VP Sales|
Director of Operations|Procurement Lead|IT Administrator|Geschäftsführer|Einkaufsleiterin|Vertriebsleiter|directeur commercial|
responsable achats|jefe de compras|directora general|responsabile acquisti|gerente de vendas|inkoper|dyrektor handlowy|
satın alma müdürü|inköpschef|physician|lawyer|teacher|Head of Legal|Chief Data Officer|Senior Architect""".replace("\n", "").split("|")
MONTHS = "January February March April May June July August September October November December Januar März Mai Juni Oktober Dezember janvier mars avril août enero abril mayo agosto gennaio maggio giugno luglio março maio stycznia kwietnia ocak mart nisan haziran januari augusti".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday tomorrow Montag Dienstag Freitag lundi vendredi lunes viernes lunedì venerdì maandag vrijdag wtorek piątek salı cuma måndag fredag".split()
PRODUCTS = """Excel|Teams|Outlook|Tableau|MuleSoft|Slack|Salesforce|Data Cloud|Sales Cloud|Einstein|Jira|Kafka|Postgres|Docker|
Alexa|Siri|Watson|Jenkins|Marvin|Bixby|Power BI|Photoshop|ThinkPad|Galaxy|Pixel|iPhone|Surface|Jasper Report Server|Kepler|
Angular|Django|Flask|Ruby|Julia|Scala|Delphi|Ada|Pascal|Oracle|Snowflake|Datadog|Grafana|Confluence|Trello|Zoom|Chrome""".replace("\n", "").split("|")
PROJECTS = "Falcon Phoenix Apollo Athena Mercury Titan Neptune Madison Lincoln Everest Aurora Hudson Victoria Florence Dakota Jordan Savannah Orion Atlas Gemini Vega Merlin Odin Freya Diana Carmen Darwin Newton Tesla Kepler Berlin Sydney Bluebird Sunrise Iceberg Lighthouse Marathon Redwood Horizon Oscar Ruby Amber Jade Iris".split()

FORMS = "Ltd|Ltd.|Limited|Inc|Inc.|LLC|plc|Corp|Corporation|Group|Holdings|GmbH|AG|KG|GmbH & Co. KG|SE|SA|S.A.|SAS|SARL|S.L.|S.p.A.|S.r.l.|B.V.|N.V.|AB|A/S|AS|Oy|Sp. z o.o.|A.Ş.|Ltd. Şti.|s.r.o.|Kft.|Lda|Ltda|Pty Ltd|Pvt. Ltd.|K.K.|Co., Ltd.|LLP".split("|")
TRADES = """Logistics|Foods|Software|Systems|Partners|Consulting|Energy|Pharma|Motors|Textiles|Analytics|Insurance|Capital|
Robotics|Media|Airlines|Shipping|Steel|Dental|Optics|Hotels|Bakery|Interiors|Solar|Telecom|Engineering|Chemicals|Biotech|
Ventures|Labs|Networks|Properties|Studios|Farms|Instruments|Packaging|Advisors|Health|Mining|Toys|Freight|Industries|
Logistik|Maschinenbau|Anlagenbau|Bau|Technik|Möbel|Verlag|Metallbau|Druck|Werkzeuge|Elektronik|Getränke|
Transports|Assurances|Conseil|Bâtiment|Industrie|Distribution|Transportes|Alimentos|Construcciones|Seguros|Textil|
Trasporti|Costruzioni|Alimentari|Ceramiche|Bouw|Transport|Techniek|Bygg|Budowa|Gıda|Tekstil|İnşaat|Lojistik""".replace("\n", "").split("|")
NOUNS = """Blue|Bright|North|South|Silver|Golden|Red|Green|Clear|Stone|Iron|Copper|Oak|Maple|Cedar|River|Lake|Harbor|Summit|
Ridge|Crown|Falcon|Heron|Otter|Kestrel|Beacon|Anchor|Compass|Lumen|Nova|Orbit|Vertex|Delta|Prime|Quantum|Cobalt|Amber|
Polar|Coral|Willow|Raven|Star|Sky|Wind|Fern|Pine""".replace("\n", "").split("|")
SECOND = "water|field|stone|gate|bridge|wood|point|line|path|works|forge|light|mark|wave|leaf|peak|port|land|fox|bird|star".split("|")
BODIES = """University of {p}|{p} University|Technical University of {p}|{p} City Council|Stadtwerke {p}|Stadt {p}|Universität {p}|
Klinikum {p}|Sparkasse {p}|Volksbank {p}|Universidad de {p}|Ayuntamiento de {p}|Hospital {p}|Mairie de {p}|CHU de {p}|
Banque de {p}|Università di {p}|Comune di {p}|Gemeente {p}|Universiteit {p}|Port of {p}|{p} Airport|{p} Chamber of Commerce|
Bank of {p}|{p} Gas|{p} Water|FC {p}|{p} Police Department|{p} Fire Brigade|Radio {p}|St. {g} Hospital|{g} Foundation|
Ministry of Health|Department of Energy|National Transport Authority|{p} Symphony Orchestra|{p} Red Cross|{p} Zoo""".replace("\n", "").split("|")
FAMILY_FIRMS = """{f} & Sons|{f} & Söhne|{f} Brothers|{f} Bros|Gebrüder {f}|{f} et Fils|{f} e Figli|Hijos de {f}|{f} & Co|
{f} & Partner|{f} & {h}|{f}, {h} and {i}|{f}-{h}|{f} and {h}|{f}, {h} & {i}|{f}'s|Groupe {f}|Grupo {f}|Gruppo {f}|{f} Group|
{f} Holding|{f} {t}|{f} {t}|{f} {t}|{f} {t}|{f} {t}|{g} {f} {t}|House of {f}|{f} und {h}|{f} y {h}|{f} {form}|{f} {form}|{f}""".replace("\n", "").split("|")


def held_out(text: str, share: float = 0.15) -> bool:
    """Whether a name or a frame is kept for validation: decided by its hash, so that it never changes."""
    return int.from_bytes(hashlib.sha256(text.lower().encode()).digest()[:4]) < share * 2**32


def titled(name: str) -> str:
    """Capitals where names have them."""
    return re.sub(r"(^|[ '’-])(\w)", lambda m: m[1] + m[2].upper(), name)


def paragraphs(name: str) -> dict[str, list[str]]:
    """Words of a list, by the heading above them."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading = line[2:]
        found.setdefault(heading, []).extend([] if line.startswith("#") else line.split())
    return found


def measured_names() -> set[str]:
    """Names of the people in the texts that `cargo xtask bench mask` makes: not to be learned."""
    text = (ROOT / "crates/detect/examples/corpus/people.rs").read_text(encoding="utf-8")
    lists = re.findall(r'(?:given|family): "([^"]*)"', text)
    return {word.lower() for names in lists for word in re.split(r"[, ]", names)}


REGIONS = [  # headings of given names and surnames, and what people there do with them
    ("", "English", "double middle mc"), ("", "English", "middle"), ("", "any", "middle"), ("German", "French", "von double hyphen"),
    ("French", "French", "de hyphen"), ("Spanish", "Spanish", "two dela"), ("Italian", "French", "lo"),
    ("Portuguese", "Spanish", "dos two"), ("Dutch", "French", "van"), ("Nordic", "French", "double"), ("Polish", "Slavic", "double"),
    ("Czech", "Slavic", ""), ("Hungarian", "Slavic", ""), ("Balkan", "Slavic", ""), ("Greek", "Slavic", ""), ("Russian", "Slavic", ""),
    ("Baltic", "Slavic", ""), ("Turkish", "Turkish", "two"), ("Turkish", "Turkish", "two"), ("Arabic", "Turkish", "bin al md"),
    ("South Asian", "Turkish", "md middle"), ("South Asian", "any", "initials"), ("African", "Turkish", "three"),
    ("East and South-East", "East", "order three"),
]  # fmt: skip
PARTICLES = {
    "von": "von|zu|von der", "de": "de|du|Le|de La|d'", "dela": "de la|de|del|de los", "lo": "Lo|La|Di|De|Del|Dalla|D'",
    "dos": "dos|da|de|do", "van": "van|van der|de|van den|ten|van de", "bin": "bin|bint|ibn|Abu|ben", "al": "Al-|El-|al-|Al |El ",
    "mc": "Mc|O'|Mac|Fitz",
}  # fmt: skip


class World:
    """Everybody and everything there is to choose from; one half for training, one for validation."""

    def __init__(self, validation: bool) -> None:
        left_out = measured_names()

        def chosen(words: list[str]) -> list[str]:
            return [w for w in words if len(w) > 1 and w.lower() not in left_out and held_out(w, 0.2) == validation]

        english, world, family = paragraphs("given_english.txt"), paragraphs("given_world.txt"), paragraphs("surnames.txt")
        every = chosen([w for words in family.values() for w in words])
        self.surnames = every
        self.regions: list[tuple[list[str], list[str], list[str]]] = []
        for given, surname, habits in REGIONS:
            first = english[""] if not given else [w for h, ws in world.items() if h.startswith(given) for w in ws]
            last = every if surname == "any" else chosen([w for h, ws in family.items() if h.startswith(surname) for w in ws])
            if not given:
                first = [w for words in english.values() for w in words]
            self.regions.append((chosen(first), last, habits.split()))
        words = (LISTS / "english_words.txt").read_text(encoding="utf-8").split()
        names = {w.lower() for ws in (*world.values(), *english.values(), *family.values()) for w in ws}
        self.words = [w for w in words if w.isalpha() and 3 < len(w) < 12 and w not in names]
        self.validation = validation

    def coined(self, r: Random) -> str:
        """A surname that nobody may bear."""
        if r.random() < 0.5:
            head, tail = r.choice(self.surnames), r.choice(self.surnames)
            return titled(head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :])
        return r.choice(ONSETS) + r.choice(MIDDLES) + (r.choice(CODAS) if r.random() < 0.8 else r.choice(CODAS) + r.choice(CODAS))

    def person(self, r: Random) -> tuple[str, str, bool]:
        """Given name, surname, and whether the surname is said first."""
        kind = r.random()
        if kind < 0.07:
            return titled("".join(r.sample(PINYIN, r.choice([1, 2, 2])))), r.choice(HAN), r.random() < 0.5
        if kind < 0.14:
            first = r.choice(KANA_GIVEN) + r.choice(KANA_GIVEN_END)
            return titled(first), titled(r.choice(KANA_FAMILY) + r.choice(KANA_FAMILY_END)), r.random() < 0.4
        if kind < 0.18:
            one, two = r.sample(HANGUL, 2)
            return titled(r.choice([f"{one}-{two}", f"{one}{two}", f"{one} {two}"])), r.choice(HANGUL_FAMILY), r.random() < 0.5
        given, family, habits = r.choice(self.regions)
        first, last = titled(r.choice(given)), titled(r.choice(family))
        if r.random() < 0.3:
            last = self.coined(r)
        if r.random() < 0.08:
            first = self.coined(r)
        order = "order" in habits and r.random() < 0.5
        if habits and r.random() < 0.3:
            match habit := r.choice(habits):
                case "double":
                    last = f"{last}-{titled(r.choice(family))}"
                case "two":
                    last = f"{last} {titled(r.choice(family))}"
                case "middle":
                    first = f"{first} {r.choice('ABCDEFGHJKLMNPRSTW')}."
                case "initials":
                    first = f"{r.choice('ABCDGKLMNPRSTV')}. {r.choice('ABCDGKLMNPRSTV')}."
                case "hyphen":
                    first = f"{first}-{titled(r.choice(given))}"
                case "three":
                    first = f"{first} {titled(r.choice(given))}"
                case "md":
                    first = f"{r.choice(['Md.', 'Mohd', 'Mohammad', 'Syed', 'Sk.'])} {first}"
                case "mc" | "al":
                    last = r.choice(PARTICLES[habit].split("|")) + last
                case _ if habit in PARTICLES:
                    particle = r.choice(PARTICLES[habit].split("|"))
                    last = particle + last if particle.endswith("'") else f"{particle} {last}"
        return first, last, order

    def firm(self, r: Random) -> str:
        """A firm or a public body, with a legal form or, more often, without."""
        kind = r.random()
        surname = lambda: self.coined(r) if r.random() < 0.3 else titled(r.choice(self.surnames))  # noqa: E731
        if kind < 0.4:
            name = r.choice(FAMILY_FIRMS).format(
                f=surname(), h=surname(), i=surname(), g=titled(r.choice(r.choice(self.regions)[0])), t=r.choice(TRADES), form=r.choice(FORMS)
            )
        elif kind < 0.6:
            name = r.choice(NOUNS) + r.choice(["", " ", ""]) + r.choice(SECOND)
            name = titled(name) if r.random() < 0.9 else name
        elif kind < 0.78:
            name = self.coined(r)
        elif kind < 0.86:
            name = "".join(r.choices("ABCDEFGHKLMNPRSTVX", k=r.choice([2, 3, 3, 4])))
        elif kind < 0.9:
            name = f"{titled(r.choice(self.words))} {titled(r.choice(self.words))}"
        else:
            place, given = r.choice(PLACES), titled(r.choice(r.choice(self.regions)[0]))
            return r.choice(BODIES).format(p=place, g=given)
        if kind >= 0.4 and r.random() < 0.45:
            name += " " + r.choice(TRADES)
        if r.random() < 0.3 and not name.endswith(tuple(FORMS)):
            name += " " + r.choice(FORMS)
        return name

    def phrase(self, r: Random) -> str:
        """A few capitalised everyday words."""
        return " ".join(titled(w) for w in r.choices(self.words, k=r.choice([1, 2, 2, 3])))
