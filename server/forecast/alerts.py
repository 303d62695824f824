"""What will break, in how many minutes, and what would prevent it, by the same runs that tell the waits. Pure: it raises nothing itself.

How to call it (beside the ledger, every half minute or so):

    found   = breaches(state, now, look)                       # look = predict_all(state, now); one Breach for each service and class
    advised = remedies(state, now, found[0], plans=plans)      # what would help it, best first, with the promises it saves within the hour
    raise_, clear = changes(standing_ids, found)               # not a flood: raised at 0.5, cleared below 0.2
    actions.raise_alert(**breach.alert(advised))               # {"id", "kind", "subject", "level", "say", "advice"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..domain.dispatch import MINUTE, Station
from .wait_picture import HallState, WaitPicture
from .waits import futures

AHEAD = 10.0  # minutes before it breaks that it is told
RAISE, CLEAR = 0.5, 0.2  # chance of breaking (docs/decisions/0011-waits.md)
MOST = 5  # alerts at once: the gravest
HOUR = 60.0
SHOWN = 3  # numbers that an alert names
TRIED = 6  # remedies worked through
RUNS = 40
GAIN, MORE = 0.5, 1.0  # promises that a remedy must keep, and that a further step must add to it
MOST_STEPS = 3  # at once
NAMED = 3  # remedies of an alert

Effect = Callable[[Station, HallState], Station]
Change = Callable[[HallState], HallState]


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Promises of one class that will break within AHEAD minutes at the same windows, whatever the services: five alerts by service would
    hide what matters in a hall of thirty."""

    service: str  # of most of its tickets
    rank: str
    tickets: tuple[tuple[str, int, float], ...]  # (number, whole minutes until it breaks, chance), soonest first
    chance: float  # of the surest one
    group: str = ""  # the first service of these windows, which stays the same whoever waits
    others: tuple[str, ...] = ()  # the further services of its tickets

    @property
    def id(self) -> str:
        return f"promise-{self.group or self.service}-{self.rank}"

    @property
    def services(self) -> tuple[str, ...]:
        return (self.service, *self.others)

    @property
    def kinds(self) -> int:
        return len(self.services)

    @property
    def in_minutes(self) -> int:
        return self.tickets[0][1]

    def alert(self, advice: Iterable[Remedy] = ()) -> dict:
        """The arguments of actions.raise_alert."""
        numbers = [n for n, _, _ in self.tickets]
        facts = {"service": self.service, "class": self.rank, "minutes": self.in_minutes, "n": len(numbers), "numbers": numbers[:SHOWN]}
        return {
            "id": self.id,
            "kind": "promise",
            "subject": self.service,
            "level": "warn",
            "say": {
                "code": "promise",
                "facts": facts | {"more": len(numbers) - SHOWN if len(numbers) > SHOWN else None, "others": len(self.others) or None},
            },
            "advice": tuple(r.as_dict() for r in advice),
        }


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """`saves`: promises that it keeps within the next hour, of anyone, compared with doing nothing (the same runs)."""

    do: str  # open_window, staff_window (it is open and empty), lend, activate_plan, steps
    saves: float
    window: str | None = None
    services: tuple[str, ...] = ()
    plan: str | None = None
    steps: tuple[Remedy, ...] = ()  # done together

    def as_dict(self) -> dict:
        return self._step() | ({"steps": [step._step() for step in self.steps]} if self.steps else {}) | {"saves": round(self.saves, 1)}

    def _step(self) -> dict:
        facts = {"do": self.do, "window": self.window, "services": list(self.services) or None, "plan": self.plan}
        return {k: v for k, v in facts.items() if v is not None}


@dataclass(frozen=True, kw_only=True)
class PlanEffect:
    """What a plan for peaks would change. `lends`: window -> services that are added; `only`: windows that then serve just these."""

    id: str
    open: tuple[str, ...] = ()
    lends: dict[str, tuple[str, ...]] | None = None
    only: frozenset[str] = frozenset()


def breaches(
    state: HallState, now: int, look: WaitPicture, *, ahead: float = AHEAD, at_least: float = RAISE, told: Collection[str] = ()
) -> list[Breach]:
    """Gravest first. A promise that has already broken is no warning any more: the board of waits shows it. `told`: the services and
    classes (tax-ordinary) whose waits are told in an alert of their own."""
    group = _groups(state)
    some: dict[tuple[str, str], list] = {}
    for w in state.waiting:
        left = (w.clock_at + w.target * 1000 - now) / MINUTE
        chance = look.late.get(w.id, 0.0)
        if 0 < left <= ahead and chance >= at_least and f"{w.service}-{w.rank}" not in told:
            some.setdefault((group[w.service], w.rank), []).append((w.number, int(left), chance, w.service))
    found = []
    for (first, rank), tickets in some.items():
        services = Counter(t[3] for t in tickets)
        service = max(services, key=lambda s: (services[s], s == first))
        found.append(
            Breach(
                service=service,
                rank=rank,
                tickets=tuple(sorted((t[:3] for t in tickets), key=lambda t: t[1])),
                chance=max(t[2] for t in tickets),
                group=first,
                others=tuple(sorted(services.keys() - {service})),
            )
        )
    return sorted(found, key=lambda b: (-len(b.tickets), b.in_minutes))


def _groups(state: HallState) -> dict[str, str]:
    """Service -> the first of those that the same windows serve, open or not."""
    codes = dict.fromkeys([*state.minutes, *(w.service for w in state.waiting)])
    served = {code: frozenset(s.no for s in state.stations if code in s.services) for code in codes}
    first: dict[frozenset[str], str] = {}
    return {code: first.setdefault(served[code], code) for code in sorted(codes)}


def changes(
    standing: Iterable[str], state: HallState, now: int, look: WaitPicture, told: Collection[str] = ()
) -> tuple[list[Breach], list[str]]:
    """(to raise, ids to clear) given the ids that stand. One that stands stays until the chance is well below that of raising."""
    standing = {id for id in standing if id.startswith("promise-")}
    sure = breaches(state, now, look, told=told)
    still = {b.id for b in breaches(state, now, look, at_least=CLEAR, told=told)}
    new = [b for b in sure if b.id not in standing]
    return new[: max(0, MOST - len(standing & still))], sorted(standing - still)


def remedies(
    state: HallState, now: int, breach: Breach, *, plans: Iterable[PlanEffect] = (), runs: int = RUNS, seed: int = 1
) -> list[Remedy]:
    """What would keep more promises within the hour, best first; without effect it is not named. The same chance for all, so the
    difference is the remedy's. Steps that together keep more than each alone are one remedy, before its parts."""
    lost = lambda changed: float(futures(changed, now, runs=runs, seed=seed, until=HOUR).lost.mean())
    before = lost(state)
    single = [(replace(step, saves=before - lost(change(state))), change) for step, change in _possible(state, breach, plans)]
    found = sorted(((step, change) for step, change in single if step.saves >= GAIN), key=lambda f: -f[0].saves)
    steps = _together(state, found, lambda changed: before - lost(changed))
    return [*steps, *(step for step, _ in found)][:NAMED]


def _together(state: HallState, found: list[tuple[Remedy, Change]], saves: Callable[[HallState], float]) -> list[Remedy]:
    """The best remedy and, one after the other, those that add to it. A plan is steps that belong together already: it stands alone."""
    some = [(step, change) for step, change in found if step.do != "activate_plan"]
    if len(some) < 2:
        return []
    (first, change), *others = some
    steps, changed, reached = [first], change(state), first.saves
    for step, change in others:
        if len(steps) < MOST_STEPS and step.window not in {one.window for one in steps}:
            more = saves(change(changed))
            if more >= reached + MORE:
                steps, changed, reached = [*steps, step], change(changed), more
    alone = max(step.saves for step, _ in found)
    return [Remedy(do="steps", saves=reached, steps=tuple(steps))] if len(steps) > 1 and reached > alone else []


def _possible(state: HallState, breach: Breach, plans: Iterable[PlanEffect]) -> Iterator[tuple[Remedy, Change]]:
    """(remedy without figures, what it would make of a state)."""
    open_now = {s.no for s in state.stations if s.open}
    serves = lambda s: any(code in s.services for code in breach.services)
    closed = [s for s in state.stations if s.no not in open_now and serves(s)]
    for s in closed[: TRIED // 2]:
        yield Remedy(do="staff_window" if s.unmanned else "open_window", window=s.no, saves=0.0), _change({s.no: _opened})
    others = [s for s in state.stations if s.open and not serves(s) and not s.reserved]
    lines = lambda s: sum(w.service in s.services for w in state.waiting)
    for s in sorted(others, key=lines)[: TRIED // 2]:
        yield Remedy(do="lend", window=s.no, services=breach.services, saves=0.0), _change({s.no: _lent(breach.services)})
    for plan in plans:
        effects: dict[str, Effect] = dict.fromkeys(plan.open, _opened)
        for no, services in (plan.lends or {}).items():
            lent = _lent(services, only=no in plan.only)
            effects[no] = _both(_opened, lent) if no in effects else lent
        yield Remedy(do="activate_plan", plan=plan.id, saves=0.0), _change(effects)


def _change(effects: Mapping[str, Effect]) -> Change:
    """Of a window that is lent by the clock, the part that works now is changed."""

    def changed(state: HallState) -> HallState:
        first = {s.no: n for n, s in reversed(list(enumerate(state.stations)))}
        some = (effects[s.no](s, state) if s.no in effects and first[s.no] == n else s for n, s in enumerate(state.stations))
        return replace(state, stations=tuple(some))

    return changed


def _both(one: Effect, other: Effect) -> Effect:
    return lambda s, state: other(one(s, state), state)


def _lent(services: Iterable[str], *, only: bool = False) -> Effect:
    return lambda s, state: replace(s, services=(frozenset() if only else s.services) | frozenset(services))


def _opened(s: Station, state: HallState) -> Station:
    """Open now and through the hall's hours, whatever its days were until now."""
    return replace(s, open=True, intervals=state.hours, ways=(), unmanned=False)
