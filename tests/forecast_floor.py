"""A small live hall at an hour of a Friday, for the tests of what is predicted from it."""

from datetime import date

from server.domain.duty import zone_of
from server.domain.floor import Floor
from server.domain.hours import midnight
from server.domain.things import Hall, Service, Setting, Window
from server.domain.tickets import Ticket
from server.forecast.learned import Learned
from server.forecast.state import hall_state
from server.forecast.waits import predict

DAY = "2026-11-20"  # a Friday
ZONE = zone_of("Asia/Shanghai")
HOURS = {"friday": ["08:30-12:00", "13:30-17:30"]}
MIN = 60_000


def at(clock):
    hour, minute = clock.split(":")
    return midnight(date.fromisoformat(DAY), ZONE, 60 * int(hour) + int(minute))


def a_floor(*windows, line=0, now="11:50", hours=HOURS, lends=(), rosters=None):
    came = at(now)
    row = {"key": None, "day": DAY, "series": "A", "service": "tax", "class_": "ordinary"}
    tickets = [
        Ticket(id=f"{n}", number=f"A{n:03}", seq=n, issued_at=since, line_at=since, clock_at=since, **row)
        for n, since in enumerate(came - (line - n) * MIN for n in range(line))
    ]
    settings = {"hours": hours, "lends": {"items": list(lends)}, "rosters": rosters}
    return Floor(
        day=DAY,
        hall={"hall": Hall(code="33100200000001", name="厅")},
        services={s: Service(code=s, name=s, minutes=8.0) for s in ("tax", "social")},
        windows={w.no: w for w in windows},
        tickets={t.id: t for t in tickets},
        settings={name: Setting(name=name, value=value) for name, value in settings.items() if value},
    )


def window(no="1", state="open", since="08:30", services=("tax",)):
    return Window(no=no, services=services, state=state, since=at(since))


LEAVES_AT_ONCE, STAYS_HALF_AN_HOUR = Learned(stays=(0.0,), leave=(0.0,) * 30), Learned(stays=(30.0,), leave=(0.0,) * 30)


def told(floor, now, learned=LEAVES_AT_ONCE):
    return predict(hall_state(floor, at(now), learned), at(now), service="tax")
