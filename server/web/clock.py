"""Doors for a computer clock that has jumped and is not believed: what it shows, and somebody saying that it is right."""

from __future__ import annotations

from .. import actions
from ..domain.errors import NotNow
from . import models
from .second import setting_act
from .table import ApiRequest, endpoint


@endpoint("GET", "/clock", gives={200: models.HallClock}, may="set", tag="settings")
def get_clock(req: ApiRequest):
    """The time that the hall goes by, and what the computer's clock shows while it is not believed."""
    h, instant = req.context, req.context.view().instant
    now = h.clock()  # which also looks at the computer's
    return 200, {"now": instant(now), "shown": instant(h.steady.jumped_to if h.steady else None)}


@endpoint("POST", "/clock/confirmation", body=models.ConfirmClock, gives={201: models.Ok, 202: models.PendingAct},
          held=setting_act(lambda req, tx: ()), may="set", tag="settings", refuses=("clock_believed", "clock_moved"))  # fmt: skip
def confirm_clock(req: ApiRequest):
    """Say that the computer's clock is right: the hall goes by it from now on, and what is over by it ends."""
    h, clock = req.context, req.context.steady
    if clock is None or clock.jumped_to is None:
        raise NotNow("clock_believed")
    ahead = round((req.body.shown - req.body.now).total_seconds() * 1000)

    def believe() -> bool:
        done = clock.believe(ahead)
        if done:
            h.ledger.turn_back()
        return done

    return req.do(actions.believe_clock, lambda tx, _: (201, {}), shown=clock.jumped_to, believe=believe)
