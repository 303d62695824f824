"""Doors for a phone that is in the hall: the code that screens show, the proof, a number on the phone; and a phone number that is proved to
be one's own. They decide nothing: domain/here.py and actions/limits.py do."""

from __future__ import annotations

import secrets

from flask import request

from config.codes import Channel, HereBy
from config.masks import phone_digits

from .. import actions
from ..actions.limits import CODE_S
from ..domain import here as proofs
from ..domain.errors import NotNow, WrongBody
from ..domain.permissions import VISITOR
from . import errors, models
from .table import ApiRequest, endpoint, spoken
from .tickets import a_ticket, missing

PROOF_S = 1800  # s for which a proved phone is good for a booking
CODES_AN_HOUR = 20  # from one address


@endpoint("GET", "/here", gives={200: models.HereRules}, tag="tickets")
def get_here(req: ApiRequest):
    """What may be done on the phone by who is in the hall."""
    here = req.floor.here
    return 200, {"numbers": here.numbers, "checkin": here.checkin, "place": here.place is not None, "verified": needs_proof(req)}


@endpoint("GET", "/here/code", gives={200: models.HereCode}, may="show_here", tag="tickets", refuses=("here_off",))
def get_here_code(req: ApiRequest):
    """The code that a screen in the hall shows now, to be scanned by phones. It is another one soon."""
    ensure_on(req)
    code, until = proofs.code_now(req.context.ledger.keys, req.floor.here, req.now)
    return 200, {"url": f"{req.context.public_url}/here#{code}", "until": req.context.view().at(until)}


@endpoint("GET", "/here/poster", gives={200: models.HereCode}, may="set", tag="tickets", refuses=("here_off", "no_poster"))
def get_here_poster(req: ApiRequest):
    """The same to be printed, where the hall has that: it stays until the number of the poster is another."""
    ensure_on(req)
    code = proofs.poster_code(req.context.ledger.keys, req.floor.here)
    if not code:
        raise NotNow("no_poster")
    return 200, {"url": f"{req.context.public_url}/here#{code}", "until": None}


@endpoint("POST", "/here", body=models.ProveHere, gives={201: models.ProvedHere}, may="take_here", tag="tickets",
          refuses=("here_off", "here_over", "not_here"))  # fmt: skip
def prove_here(req: ApiRequest):
    """A phone proves that it is in the hall. Nothing is kept of where it is."""
    ensure_on(req)
    given, keys, here = req.body, req.context.ledger.keys, req.floor.here
    place = (given.latitude, given.longitude, given.accuracy)
    if (given.code is None) == (None in place):
        raise missing("code", "latitude")
    if given.code is not None:
        how = proofs.by_code(keys, here, given.code, req.now)
        if how is None:
            raise NotNow("here_over")
    elif proofs.by_place(here, *place):
        how = HereBy.PLACE
    else:
        raise NotNow("not_here")
    until = req.now + here.right_s * 1000
    return 201, {"right": proofs.right(keys, how, req.who.name, until), "until": req.context.view().at(until), "how": how}


@endpoint("POST", "/tickets/here", body=models.TakeHere, gives={201: models.Ticket}, may="take_here", tag="tickets",
          refuses=("here_off", "here_over", "already_holds", "quota_full", "hall_closed", "service_not_now", "service_closed",
                   "no_such_service", "no_window", "numbers_enough", "gave_up_enough", "person_refused", "missed_too_many",
                   "phone_not_proved", "no_such_package", "package_closed", "package_not_now", "nothing_in_package"))  # fmt: skip
def take_here(req: ApiRequest):
    """Take a number on the phone, in the hall: an ordinary one, and one at a time."""
    given = req.body
    if (given.service is None) == (given.package is None):
        raise missing("service", "package")
    if not req.floor.here.numbers:
        raise NotNow("here_off")
    how = shown_here(req, given.right)
    if needs_proof(req):
        ensure_proved(req, given.phone, given.proof)
    return req.do(
        actions.issue_ticket,
        a_ticket(req, given=True),
        by_holder=True,
        service=given.service,
        package=given.package,
        answers=given.answers,
        without=tuple(given.without or ()),
        channel=Channel.PHONE,
        phone=given.phone,
        browser=browser_of(req),
        here=how,
        language=spoken(req, given.language),
        notice=given.notice or "",
    )


@endpoint("POST", "/phones/codes", body=models.ProvePhone, gives={201: models.CodeSent}, may="take_here", tag="appointments",
          refuses=("no_gateway", "code_just_sent", "codes_enough", "too_many_requests", "gateway_silent"))  # fmt: skip
def send_code(req: ApiRequest):
    """Send a code to a phone, for its holder to type in here."""
    phone = mobile(req.body.phone)
    if not req.context.settings.notify.url:
        raise NotNow("no_gateway")
    if not req.context.codes.begin(request.remote_addr or "", CODES_AN_HOUR):
        raise errors.BadRequest("too_many_requests", 429)
    code = f"{secrets.randbelow(1_000_000):06}"
    until = req.context.ledger.do("public", actions.begin_proof, phone=phone, code=code)
    if not req.context.notifier.send_code(phone, code, minutes=CODE_S // 60, language=req.lang):
        raise errors.BadRequest("gateway_silent", 503)
    return 201, {"until": req.context.view().at(until)}


@endpoint("POST", "/phones/proofs", body=models.PhoneCode, gives={201: models.PhoneProved}, may="take_here", tag="appointments",
          refuses=("code_wrong", "code_over"))  # fmt: skip
def prove_phone(req: ApiRequest):
    """Type in the code that was sent to a phone."""
    phone = mobile(req.body.phone)
    found = req.context.ledger.do("public", actions.try_code, phone=phone, code=req.body.code)
    if found != "right":
        raise NotNow(f"code_{found}")
    until = req.now + PROOF_S * 1000
    return 201, {"proof": proof_of(req, phone, until), "until": req.context.view().at(until)}


def ensure_on(req: ApiRequest) -> None:
    if not (req.floor.here.numbers or req.floor.here.checkin):
        raise NotNow("here_off")


def shown_here(req: ApiRequest, right: str | None) -> HereBy:
    """How the caller's browser has proved that it is in the hall; refused where it has not, or too long ago."""
    how = proofs.right_of(req.context.ledger.keys, right or "", req.who.name, req.now)
    if how is None:
        raise NotNow("here_over")
    return how


def browser_of(req: ApiRequest) -> str:
    """What the phone's page is known by, as it is kept: a keyed hash; empty for everybody else."""
    return req.context.ledger.keys.hashed("browser", req.who.name) if req.who.role == VISITOR else ""


def needs_proof(req: ApiRequest) -> bool:
    """Whether a phone is to be proved. Without a gateway no code could be sent: then nobody is asked for one."""
    return req.floor.holders.verified and bool(req.context.settings.notify.url)


def ensure_proved(req: ApiRequest, phone: str | None, proof: str | None) -> None:
    if not phone:
        raise WrongBody("bad_body", errors=[{"field": "phone", "code": "missing"}])
    until = (proof or "").partition(".")[0]
    if not until.isdecimal() or req.now > int(until) or proof != proof_of(req, mobile(phone), int(until)):
        raise NotNow("phone_not_proved")


def proof_of(req: ApiRequest, phone: str, until: int) -> str:
    """Good for this phone in this browser, until an instant (ms)."""
    return f"{until}.{req.context.ledger.keys.hashed('phone proof', f'{until} {phone} {req.who.name}')}"


def mobile(phone: str) -> str:
    digits = phone_digits(phone)
    if len(digits) < 11:
        raise WrongBody("bad_phone")
    return digits
