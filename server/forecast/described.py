"""Whole days made from a description of a hall: how many come, for what, when and how patient they are. All chance comes from `seed`.

A description is a plain table (the TOML of config/days/*.toml):

    name = "…"; visitors = 700 a day; booked = share; green = share; show = share of bookings that come
    cancels_visibly, misses = shares; patience = minutes (median); spread = of service times (sd of the log)
    profile = {"09:00" = 1.0, "10:00" = 2.0, …}: how busy the half hour from then on is, relative to the others
    bursts = 6, burst_share = 0.3          buses: that share comes in so many bursts (both may be left out)
    [[services]] name, minutes, share, complex, next (a name), next_share
    [[windows]]  services (names; left out: all), count, speed, complex_factor, open = ["09:00-12:20", "13:30-17:30"], breaks = 10
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np

from config.settings.rules import Rules

from .forward import NEVER
from .simulate import Booking, Day, DescribedHall, DescribedService, DescribedWindow, promised

KNOWN = (
    "name visitors booked green show cancels_visibly misses patience spread profile bursts burst_share services windows slot_minutes"
).split()
KNOWN_SERVICE = "name minutes share complex next next_share".split()
KNOWN_WINDOW = "services count speed complex_factor open breaks group".split()


def describe(text: dict, *, days: int = 6, seed: int = 1, demand: float = 1.0, rules: Rules | None = None) -> DescribedHall:
    """The hall of a description with `days` made-up days, at `demand` times the usual number of visitors."""
    _check(text, KNOWN, "description")
    rng = np.random.default_rng(seed)
    services = _services(text)
    windows = _windows(text, services, rng)
    return DescribedHall(
        name=text.get("name", "described"),
        services=services,
        windows=windows,
        days=tuple(_day(text, services, demand, rules or Rules(), rng) for _ in range(days)),
    )


def _check(table: dict, known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise ValueError(f"{where}: unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))


def _services(text: dict) -> tuple[DescribedService, ...]:
    if not text.get("services"):
        raise ValueError("description: there are no [[services]]")
    for s in text["services"]:
        _check(s, KNOWN_SERVICE, f"service {s.get('name', '?')}")
    names = [s["name"] for s in text["services"]]
    return tuple(
        DescribedService(
            code=str(n),
            name=s["name"],
            complex=bool(s.get("complex")),
            minutes=float(s["minutes"]),
            next=_index(names, s["next"]) if s.get("next") else -1,
            next_share=float(s.get("next_share", 0.0)),
        )
        for n, s in enumerate(text["services"])
    )


def _index(names: list[str], name: str) -> int:
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        raise ValueError(f"there is no service `{name}`" + (f", did you mean `{near[0]}`?" if near else ""))
    return names.index(name)


def _windows(text: dict, services, rng) -> tuple[DescribedWindow, ...]:
    names = [s.name for s in services]
    windows = []
    for w in text.get("windows") or [{}]:
        _check(w, KNOWN_WINDOW, "window")
        served = tuple(_index(names, x) for x in w.get("services", names))
        for _ in range(int(w.get("count", 1))):
            spans = [(_clock(a), _clock(b)) for a, b in (span.split("-") for span in w.get("open", ["09:00-12:20", "13:30-17:30"]))]
            pause = float(w.get("breaks", 10))
            if pause:  # everybody has one short break, not all at once
                k = int(rng.integers(len(spans)))
                start, end = spans[k]
                at = round(float(rng.uniform(start + 0.3 * (end - start), start + 0.6 * (end - start))))
                spans[k : k + 1] = [(start, at), (at + pause, end)]
            speed = float(w["speed"]) if "speed" in w else float(np.clip(rng.normal(1.0, 0.17), 0.65, 1.5))
            windows.append(
                DescribedWindow(
                    no=str(len(windows) + 1),
                    group=w.get("group", "all"),
                    services=served,
                    spans=tuple(spans),
                    speed=round(speed, 3),
                    complex_factor=float(w.get("complex_factor", 1.0)),
                )
            )
    return tuple(windows)


def _clock(text: str) -> float:
    hour, minute = text.strip().split(":")
    return int(hour) * 60.0 + int(minute)


def _day(text: dict, services, demand: float, rules: Rules, rng) -> Day:
    share = np.array([float(s.get("share", 1.0)) for s in text["services"]])
    share = share / share.sum()
    visitors = int(float(text.get("visitors", 200)) * demand * rng.lognormal(0, 0.08))
    profile = text.get("profile") or {"09:00": 3, "10:00": 3, "11:00": 1, "13:30": 2, "14:30": 3, "15:30": 1, "16:30": 0}
    starts = np.array(sorted(_clock(t) for t in profile))
    weights = np.array([float(profile[t]) for t in sorted(profile, key=_clock)])
    ends = np.append(starts[1:], starts[-1] + 30)
    chance = weights * np.minimum(ends - starts, 60)
    chance = chance / chance.sum()
    come = lambda n: (lambda k: starts[k] + rng.uniform(0, 1, n) * np.minimum(ends - starts, 60)[k])(rng.choice(len(starts), n, p=chance))

    rows, bookings = [], []  # rows: (arrive, service, rank, slot, booking)
    green = float(text.get("green", 0.1))
    wanted = round(visitors * float(text.get("booked", 0.2)))
    for _ in range(wanted):
        slot = float(np.floor(come(1)[0] / 30) * 30)
        service = int(rng.choice(len(services), p=share))
        bookings.append([slot, service, -1])
        if rng.random() < float(text.get("show", 0.83)):
            late = float(np.clip(rng.normal(-7, 8), -rules.appointments.early_s / 60, 40))
            rank = 1 if late <= rules.appointments.late_s / 60 else 3
            rank = 0 if rng.random() < green * 0.4 else rank
            rows.append((slot + late, service, rank, slot, len(bookings) - 1))
    bursts = come(int(text.get("bursts", 0)))
    for at in come(visitors - wanted):
        if len(bursts) and rng.random() < float(text.get("burst_share", 0.3)):
            at = float(rng.choice(bursts) + rng.exponential(4))
        rank = 0 if rng.random() < green else 3
        rows.append((float(at), int(rng.choice(len(services), p=share)), rank, -1.0, -1))
    rows.sort()

    first = len(rows)
    going_on = [i for i, r in enumerate(rows) if services[r[1]].next >= 0 and rng.random() < services[r[1]].next_share]
    n = first + len(going_on)
    service, rank = np.zeros(n, np.int64), np.zeros(n, np.int64)
    arrive, clock, slot = np.full(n, NEVER), np.full(n, NEVER), np.full(n, -1.0)
    follow = np.full(n, -1, np.int64)
    for i, (at, s, r, booked, b) in enumerate(rows):
        arrive[i], service[i], rank[i], slot[i] = round(at, 2), s, r, booked
        clock[i] = max(arrive[i], booked) if booked >= 0 and r <= 1 else arrive[i]
        if b >= 0:
            bookings[b][2] = i
    for j, i in enumerate(going_on, first):
        follow[i], service[j], rank[j] = j, services[service[i]].next, 0 if rank[i] == 0 else 2
    usual = np.array([s.minutes for s in services])
    spread = float(text.get("spread", 0.6))
    patience = np.exp(rng.normal(np.log(float(text.get("patience", 100))), 0.7, n)) * np.where(rank == 1, 1.25, 1.0)
    return Day(
        service=service,
        rank=rank,
        arrive=arrive,
        clock=clock,
        target=promised(services, rules)[service, rank],
        patience=np.round(np.clip(patience, 10, 600), 1),
        seen=(rng.random(n) < float(text.get("cancels_visibly", 0.25))).astype(np.int64),
        miss=(rng.random(n) < float(text.get("misses", 0.03))).astype(np.int64),
        work=np.round(usual[service] * np.exp(rng.normal(-spread * spread / 2, spread, n)), 2),
        follow=follow,
        slot=slot,
        bookings=tuple(Booking(slot=a, service=b, ticket=c) for a, b, c in bookings),
    )


KINDS = ("township", "county", "single", "chained", "bus")


def made_up(seed: int) -> dict:
    """A description that nobody has looked at: one of KINDS, its services, windows and load drawn by `seed`."""
    rng = np.random.default_rng([77, seed])
    kind = KINDS[seed % len(KINDS)]
    low, high, most = {"township": (4, 7, 9), "county": (14, 26, 18), "single": (6, 12, 6), "chained": (6, 14, 8), "bus": (5, 9, 8)}[kind]
    count, n = int(rng.integers(low, high + 1)), int(rng.integers(max(4, most // 2), most + 1))
    minutes = np.round(rng.lognormal(1.9, 0.55, n).clip(2.5, 26), 1)
    complex_ = minutes > 11
    share = rng.gamma(2.0, 1.0, n) / minutes**0.4
    services = [{"name": f"s{k}", "minutes": float(minutes[k]), "share": float(share[k]), "complex": bool(complex_[k])} for k in range(n)]
    onward = {"chained": 0.5, "county": 0.2}.get(kind, 0.0)
    for k in range(n):
        if rng.random() < onward:
            services[k] |= {"next": f"s{(k + 1 + int(rng.integers(n - 1))) % n}", "next_share": float(rng.uniform(0.2, 0.6))}
    names = [s["name"] for s in services]
    hours = [["09:00-12:20", "13:30-18:30"], ["08:30-12:00", "13:30-18:30"], ["09:00-18:30"]][int(rng.integers(3))]
    general = count if kind in ("township", "single", "bus") else max(2, count // 4)
    windows = [{"count": general, "complex_factor": float(rng.uniform(1.0, 1.3)), "open": hours}]
    work, cut = share * minutes, []
    if count > general:  # the rest in departments, each with windows after its share of the work
        cut = np.array_split(np.arange(n), max(2, n // 4))
    for some in cut:
        mine = max(1, round((count - general) * float(work[some].sum() / work.sum())))
        windows.append({"count": mine, "services": [names[k] for k in some], "open": hours})
    went_on = sum(s["share"] * s.get("next_share", 0.0) * minutes[names.index(s["next"])] for s in services if "next" in s)
    mean = (float(work.sum()) + went_on) / float(share.sum()) + 0.4
    open_minutes = 60.0 * 7.6 * sum(w["count"] for w in windows)
    profile = {"09:00": 2.5, "10:00": 3.0, "11:00": 1.2, "13:30": 2.0, "14:30": 2.8, "15:30": 1.6, "16:30": 0.4}
    text = {
        "name": f"{kind}-{seed}", "visitors": round(float(rng.uniform(0.75, 1.0)) * open_minutes / mean), "services": services,
        "windows": windows, "booked": float(rng.uniform(0.05, 0.35)), "green": float(rng.uniform(0.04, 0.14)),
        "patience": float(rng.uniform(70, 140)), "cancels_visibly": float(rng.uniform(0.15, 0.4)), "spread": float(rng.uniform(0.45, 0.7)),
        "profile": {at: weight * float(rng.lognormal(0, 0.25)) for at, weight in profile.items()},
    }  # fmt: skip
    return text | ({"bursts": int(rng.integers(4, 9)), "burst_share": 0.35} if kind == "bus" else {})


def as_texts(hall: DescribedHall) -> dict[str, str]:
    """{file name: CSV} in the recorded form, so that a made-up day can be kept and compared."""
    from .simulate import READ

    classes = ("green", "booked", "transfer", "walkin")
    number = lambda v: "" if v >= NEVER / 2 or v < 0 else f"{v:g}"
    out = {file: [columns.replace(" ", ",")] for file, columns in READ.items()}
    for n, s in enumerate(hall.services):
        onward = (s.next, s.next_share) if s.next >= 0 else ("", "")
        out["services.csv"].append(f"{n},{s.name},0,{int(s.complex)},{s.minutes:g},{onward[0]},{onward[1]}")
    for n, w in enumerate(hall.windows):
        spans = ";".join(f"{a:g}-{b:g}" for a, b in w.spans)
        served = " ".join(str(s) for s in w.services)
        out["windows.csv"].append(f"{n},{w.group},{served},{spans},{w.speed:g},{w.complex_factor:g}")
    for d, day in enumerate(hall.days):
        before = {int(j): i for i, j in enumerate(day.follow) if j >= 0}
        for i in range(len(day.service)):
            leg = f"{before[i]}" if i in before else ""
            out["tickets.csv"].append(
                f"{d},{i},{number(day.arrive[i])},{day.service[i]},{classes[day.rank[i]]},{number(day.slot[i])},{number(day.clock[i])},"
                f"{day.target[i]:g},{day.patience[i]:g},{day.seen[i]},{day.miss[i]},{day.work[i]:g},{leg}"
            )
        for n, b in enumerate(day.bookings):
            out["bookings.csv"].append(f"{d},{n},{b.slot:g},{b.service},{b.ticket if b.ticket >= 0 else ''}")
    return {file: "\n".join(lines) + "\n" for file, lines in out.items()}
