"""Doors for packages (一件事): what there are, what one of them means for somebody, and the legs of a number that was taken for one."""

from __future__ import annotations

from config.settings import Package

from .. import actions
from ..domain.errors import NotFound, WrongBody
from . import models
from .guards import at_ticket, ticket_id
from .table import ApiRequest, endpoint, items
from .tickets import a_ticket, whose

LEGS = ("no_such_ticket", "no_package", "leg_under_way", "last_leg", "illegal_move", "not_your_window")


@endpoint("GET", "/packages", gives={200: models.OfferedPackage}, lists=True, tag="look")
def list_packages(req: ApiRequest):
    """The packages that may be taken, with their questions and legs."""
    return items(req.context.view().packages())


@endpoint("GET", "/packages/{code}", query=models.PackageQuery, gives={200: models.PackagePlan}, tag="look", refuses=("no_such_package",))
def get_package(req: ApiRequest, code: str):
    """What somebody would visit who answers so and takes it now: the stations in their order, with waits."""
    package = known_package(req, code)
    answers = {name: value for given, value in ((req.query.yes, True), (req.query.no, False)) for name in (given or "").split(",") if name}
    asked = [question.code for question in package.questions]
    if wrong := [name for name in answers if name not in asked]:
        raise WrongBody("bad_body", errors=[{"field": wrong[0], "code": "literal_error", "expected": asked}])
    return 200, req.context.view().package_plan(package, answers)


def known_package(req: ApiRequest, code: str) -> Package:
    found = req.floor.packages.by_code.get(code)
    if found is None or not found.open:
        raise NotFound("no_such_package", package=code)
    return found


@endpoint("POST", "/tickets/{id}/answers", body=models.AnswerQuestions, gives={201: models.Ticket}, may="send_on", holder=True,
          tag="tickets", refuses=LEGS)  # fmt: skip
def answer_questions(req: ApiRequest, id: str):
    """Answer a question of the package that a number was taken for, or answer it otherwise: by its holder, or by staff for them."""
    id, held = whose(req, id)
    return req.do(
        actions.answer_questions,
        a_ticket(req, given=held),
        by_holder=held,
        guard=at_ticket(req.who, id, None),
        ticket=id,
        answers=req.body.answers,
    )


@endpoint("POST", "/tickets/{id}/skips", body=models.SkipLeg, gives={201: models.Ticket}, may="send_on", tag="tickets",
          refuses=LEGS)  # fmt: skip
def skip_leg(req: ApiRequest, id: str):
    """A leg of a package is not visited on this number, for a reason."""
    id, _ = ticket_id(req.context, id)
    return req.do(
        actions.skip_leg, a_ticket(req), guard=at_ticket(req.who, id, None), ticket=id, service=req.body.service, reason=req.body.reason
    )


@endpoint("DELETE", "/tickets/{id}/skips/{service}", gives={200: models.Ticket}, may="send_on", tag="tickets",
          refuses=("no_such_ticket", "no_package", "illegal_move", "not_your_window"))  # fmt: skip
def restore_leg(req: ApiRequest, id: str, service: str):
    """A leg that was skipped is to be visited after all."""
    id, _ = ticket_id(req.context, id)
    return req.do(actions.restore_leg, a_ticket(req, 200), guard=at_ticket(req.who, id, None), ticket=id, service=service)
