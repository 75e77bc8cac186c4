"""Invented English prose about invented bodies: another seed gives other papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

BODIES = (
    "Thornmouth Harbour Board", "Wexcombe Library Service", "Aldermere Ferry Company", "Pennick Moor Museum Trust",
    "Greystow Allotment Society", "Calder Quay Tramway Authority", "St Brannoc’s Lighthouse Fund",
    "Ottersea Orchard Union",
)  # fmt: skip
_PLACES = (
    "Aldermere", "Blackpool Steps", "Calder Quay", "Dunmarrow", "Easterly Point", "Fenwick Basin", "Greystow",
    "Hollin Bank", "Inkpen Wharf", "Jessop’s Landing", "Kittiwake Row", "Lowther Green", "Mawgan Cross", "Netherby",
    "Ottersea", "Pennick Moor", "Quarry Lane", "Ravensgill", "St Brannoc’s", "Thornmouth", "Upper Tolley", "Wexcombe",
)  # fmt: skip
_THINGS = (
    "breakwater", "reading room", "ticket machine", "signal lamp", "slipway", "catalogue", "timetable", "glasshouse",
    "footbridge", "pilot launch", "turnstile", "boiler house", "seed store", "tramshed", "lantern gallery", "archive",
    "dredger", "waiting shelter", "loan desk", "fog signal", "mooring buoy", "drainage channel", "website", "car park",
    "cider press", "workshop", "visitor centre", "boat lift", "membership scheme", "night-time patrol", "café",
)  # fmt: skip
_KINDS = (
    "long-term", "temporary", "well-used", "reopened", "condemned", "listed", "seasonal", "refurbished", "joint",
    "floating", "volunteer-led", "privately owned", "accessible", "storm-damaged", "half-finished", "community",
)  # fmt: skip
_ROLES = (
    "Harbour Master", "Chief Librarian", "Director of Finance", "Head of Estates", "Company Secretary", "Lay Member",
    "Vice-Chair", "Programme Manager", "Safety Officer", "Curator", "Head Gardener", "Treasurer",
)  # fmt: skip
_FIRST = ("Ada", "Bram", "Cerys", "Dilip", "Edwina", "Femi", "Gwen", "Hamish", "Ines", "Jonah", "Keziah", "Lorcan")
_LAST = ("Ashdown", "Brightwell", "Cotterill", "Danquah", "Eversley", "Fairbrother", "Gill-Hart", "Hargreave", "Iqbal",
         "Jellicoe", "Kerr", "Lockyer", "MacAskill", "Nwosu", "O’Dowd", "Penhaligon", "Quayle",
         "Rosewarne")  # fmt: skip
_DONE = ("inspected", "reopened", "surveyed", "repainted", "insured", "dredged", "relocated", "audited", "rewired",
         "handed over", "extended", "closed", "advertised", "catalogued", "strengthened", "withdrawn")  # fmt: skip
_WHY = (
    "after two winters of delay", "because the old contract has expired", "subject to a satisfactory survey",
    "so that wheelchair users no longer wait outside", "despite objections from three neighbouring parishes",
    "in line with the asset strategy", "once the insurers have written to us", "following the storm of that week",
    "unless a cheaper tender arrives", "provided that the tide tables allow it", "as residents had asked repeatedly",
)  # fmt: skip
_SENTENCES = (
    "The {kind} {thing} at {place} was {done} on {date} {why}.",
    "{person}, {role}, explained that the {thing} would cost {amount} and take {number} weeks.",
    "Members noted that {number} of the {number} households in {place} had replied, i.e. {percent} of them.",
    "It was agreed to move {amount} from reserves to the {kind} {thing} before {date}.",
    "No decision about the {thing} at {place} has been taken; {person} will report again in {month}.",
    "Between {date} and {date} the {thing} handled {number} visitors, {percent} more than a year earlier.",
    "Dr {last} asked whether the {kind} {thing} could be {done} earlier, e.g. in {month}.",
    "The sub-committee prefers option {letter}: a {kind} {thing} near {place}, {why}.",
    "“We owe the people of {place} a proper {thing},” said {person}.",
    "Questions may be sent to {mail} or left at the {thing} in {place} by {date}.",
    "Staff at {place} keep their present terms – including {number} days’ leave – {why}.",
    "A {kind} {thing} has been ordered from {last} & Sons (order {code}) at a price of {amount}.",
    "Risk {code} was lowered from {number} to {digit} when the {thing} had been {done}.",
    "Neither {place} nor {place} will lose its {thing} {why}.",
    "The re-opened {thing} is cross-checked weekly by {person} and by the {role}.",
)
_TASKS = (
    "Publish the survey of the {kind} {thing}", "Write to the owners of the {thing} at {place}",
    "Obtain {digit} quotations for the {thing}, none above {amount}", "Ask {person} to chair the panel on the {thing}",
    "Check the wiring of the {thing} and report to the {role}", "Close account {code} and move {amount} to reserves",
    "Agree opening hours with {place} and {place}", "Train {number} volunteers to run the {kind} {thing}",
    "Have the {thing} {done} by {date}", "Invite comments on the {kind} {thing} until {date}",
)  # fmt: skip
_HEADINGS = (
    "Purpose of this report", "Background", "Financial position", "Risks and mitigations", "Options considered",
    "Next steps", "Engagement so far", "Work at {place}", "The {kind} {thing}", "Equality and access",
    "Safety on the water", "What members told us", "Timetable to {month}", "Legal implications", "Staffing",
    "Repairs to the {thing}", "Outlook for {place}", "Decisions requested",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prose:
    """Writes about one body; all chance comes from `random`."""

    random: Random
    body: str

    def fill(self, template: str) -> str:
        """A template with each `{slot}` filled by chance."""
        words: list[str] = []
        for n, piece in enumerate(template.replace("}", "{").split("{")):
            words.append(self._slot(piece) if n % 2 else piece)
        return "".join(words)

    def _slot(self, name: str) -> str:
        pick, number = self.random.choice, self.random.randint
        lists = {"place": _PLACES, "thing": _THINGS, "kind": _KINDS, "role": _ROLES, "done": _DONE, "why": _WHY}
        if name in lists:
            return pick(lists[name])
        made = {
            "last": pick(_LAST),
            "person": f"{pick(_FIRST)} {pick(_LAST)}",
            "date": self.day(),
            "month": f"{self._date():%B %Y}",
            "amount": f"£{number(2, 940)},{number(0, 999):03d}",
            "number": str(number(11, 4999)),
            "digit": str(number(2, 9)),
            "percent": f"{number(1, 89)}.{number(1, 9)}%",
            "letter": pick("ABCD"),
            "code": f"{pick('BCFHKR')}{pick('AEIOU')}-{number(100, 9999)}",
            "mail": f"{pick(_LAST).lower().replace('’', '')}@{pick(_THINGS).split()[0].replace('é', 'e')}.example",
        }
        return made[name]

    def _date(self) -> date:
        return date(2015, 1, 5) + timedelta(days=self.random.randint(0, 3000))

    def day(self) -> str:
        """A day as people write it."""
        when = self._date()
        return f"{when.day} {when:%B %Y}"

    def sentence(self) -> str:
        """One sentence."""
        return self.fill(self.random.choice(_SENTENCES))

    def paragraph(self, least: int = 2, most: int = 5) -> str:
        """Some sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randint(least, most)))

    def lead_in(self) -> str:
        """A sentence before a list."""
        return self.fill("For the {thing} at {place} the {role} recommends the following:")

    def task(self, long: bool = False) -> str:
        """What somebody has to do, without a full stop; a long one wraps over lines."""
        text = self.fill(self.random.choice(_TASKS))
        return f"{text}, {self.fill(self.random.choice(_WHY))}, and tell {self.fill('{person}')}" if long else text

    def headings(self, count: int) -> list[str]:
        """Different headings."""
        return [self.fill(text) for text in self.random.sample(_HEADINGS, count)]
