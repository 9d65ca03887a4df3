"""Who may see what, said a second time: plain Python from the rules of the domain, without a line of the product.

The names of people and dossiers are the test's own. What the product shows is compared with `House.seen_by`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

STAFF = {"coach", "administratie", "directie", "fg", "beheerder", "support"}
CLIENT_SIDE = {"client", "gemachtigde"}


@dataclass
class Person:
    """Somebody with a membership: in force or not; `signed` what the reglement in force asks of who works here."""

    roles: set[str]
    here: bool = True
    signed: bool = True

    @property
    def side(self) -> str:
        if self.roles & STAFF:
            return "staff"
        return "client" if self.roles & CLIENT_SIDE else "opdrachtgever"


@dataclass
class File:
    """A dossier: whose, who is named by its traject, and what state it is in."""

    client: str
    contact: str
    handler: str
    second: str = ""
    ended: bool = False
    archived: bool = False
    released: bool = False


@dataclass
class Let:
    """What was allowed to one person for a while: asked, in an emergency, after registering, or as support."""

    person: str
    file: str
    why: str
    runs: bool = True


@dataclass
class Machtiging:
    """From its first day to the end of its last: a course may see midnight."""

    client: str
    person: str
    first: date
    last: date

    @property
    def runs(self) -> bool:
        return self.first <= datetime.now(ZoneInfo("Europe/Amsterdam")).date() <= self.last


@dataclass
class House:
    """One bureau: its people, its dossiers, and what its reglement says."""

    standing: dict[str, str]
    asking: bool
    running_only: bool
    aanmelder: bool
    people: dict[str, Person] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    # client → who holds their account; contact of the opdrachtgever → likewise
    clients: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)
    machtigingen: list[Machtiging] = field(default_factory=list)
    lets: list[Let] = field(default_factory=list)

    def seen_by(self, name: str) -> set[str]:
        """The dossiers that somebody reads at this moment."""
        who = self.people[name]
        if not who.here or (who.side == "staff" and not who.signed):
            return set()
        let_in = {one.file for one in self.lets if one.person == name and one.runs}
        return {key for key, file in self.files.items() if self._stands(name, who, file)} | let_in

    def _stands(self, name: str, who: Person, file: File) -> bool:
        if who.side == "staff":
            named = name == file.handler or (name == file.second and self.standing["second_coach"] != "none")
            return named or any(self.standing.get(_field(role), "none") != "none" for role in who.roles)
        if who.side == "client":
            own = self.clients.get(file.client) == name
            return own or any(
                one.client == file.client and one.person == name and one.runs for one in self.machtigingen
            )
        return self.contacts.get(file.contact) == name

    def reads_stukken_of(self, name: str) -> set[str]:
        """The dossiers of which somebody reads the one report that was made in each."""
        seen = self.seen_by(name)
        if self.people[name].side != "opdrachtgever":
            return seen
        return {key for key in seen if self.files[key].released}

    # -- what happens ----------------------------------------------------------------------------------------------
    def leaves(self, name: str) -> None:
        """Whoever leaves loses what was theirs alone; what a traject names them for waits for their return."""
        self.people[name].here = False
        self.lets = [one for one in self.lets if one.person != name]
        self._bound_no_more(name)

    def changes_side(self, name: str) -> None:
        """What was allowed to a colleague is not a client's."""
        self.lets = [one for one in self.lets if one.person != name]

    def _bound_no_more(self, name: str) -> None:
        for held in (self.clients, self.contacts):
            for key in [key for key, one in held.items() if one == name]:
                del held[key]
        self.machtigingen = [one for one in self.machtigingen if one.person != name]

    def ends(self, file: str) -> None:
        """pluspunt 4.1: directie's consent is for a running traject, where the reglement says so."""
        self.files[file].ended = True
        self._running_only()

    def adopts(self, standing: dict[str, str], *, running_only: bool) -> None:
        self.standing, self.running_only = standing, running_only
        self._running_only()

    def _running_only(self) -> None:
        if self.running_only:
            self.lets = [one for one in self.lets if one.why != "asked" or not self.files[one.file].ended]


def _field(role: str) -> str:
    return "all_coaches" if role == "coach" else role
