"""Classes that a hall has defined itself, drawn at random: which are taken as rules, and that whoever is called then is called by the
invariants of dispatch and by the law: nobody goes before others by a class that names no ground."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config import words
from config.settings.rules import GREEN, ORDINARY, Rules
from server.domain.dispatch import SOON, Station, Waiter, choose, explain, heads

WORDS = words.load()
NOW, MIN = 1_700_000_000_000, 60_000
SERVICES = {"tax": "ordinary", "estate": "complex"}

own_class = st.fixed_dictionaries(
    {"like": st.sampled_from(["ordinary", "green"]), "weight": st.sampled_from([0.1, 0.5, 0.8, 1.0, 1.2, 10.0])},
    optional={
        "target": st.sampled_from([60, 480, 1800, 2700, 5400]), "in_a_row": st.integers(0, 4), "ground": st.just({"zh": "《条例》第八条"}),
        "proof": st.just({"zh": "优待证"}),
    },
)  # fmt: skip


@st.composite
def own_classes(draw):
    some = draw(st.lists(own_class, min_size=1, max_size=3))
    return [one | {"code": f"own{k}", "name": {"zh": f"类别{k}"}, "mark": "TUV"[k]} for k, one in enumerate(some)]


def rules_of(some):
    try:
        return Rules.model_validate({"classes": some})
    except ValidationError:
        return None


def promised(rules, class_, kind):
    return rules.promise(kind=kind, class_=class_).target_s


@st.composite
def lines(draw, rules):
    """Who waits at one window: of every class and service, since up to two hours; each called by their own class's promise."""
    classes = [ORDINARY, GREEN, "appointment", *(own.code for own in rules.classes)]
    waits = draw(
        st.lists(st.tuples(st.sampled_from(classes), st.sampled_from(list(SERVICES)), st.integers(0, 120)), min_size=1, max_size=12)
    )
    marks = {own.code: own.mark for own in rules.classes} | {GREEN: "L", "appointment": "Y", ORDINARY: ""}
    found = []
    for n, (class_, service, waited) in enumerate(waits):
        at = NOW - waited * MIN - n  # no two at one moment
        series = marks[class_] + {"tax": "A", "estate": "B"}[service]
        found.append(
            Waiter(
                id=str(n), number=f"{series}{n:03}", series=series, service=service, class_=class_, complex=service == "estate", line_at=at,
                clock_at=at, target=promised(rules, class_, SERVICES[service]), expected_s=draw(st.sampled_from([120.0, 480.0, 1800.0])),
            )
        )  # fmt: skip
    return found


@settings(max_examples=300, deadline=None)
@given(own_classes())
def test_a_hall_takes_a_class_as_a_rule_only_where_what_goes_first_names_its_ground(some):
    rules = rules_of(some)
    known = Rules()
    first = [
        one for one in some
        if one["like"] == "green" or one["weight"] > 1
        or any(one.get("target", 10**6) < promised(known, ORDINARY, kind) for kind in SERVICES.values())
    ]  # fmt: skip

    assert (rules is not None) == all("ground" in one for one in first)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whoever_is_called_is_called_by_the_invariants_and_by_the_law(data):
    rules = rules_of(data.draw(own_classes()))
    assume(rules is not None)
    line = data.draw(lines(rules))
    reserved = data.draw(st.sampled_from([frozenset(), frozenset({rules.classes[0].code}), frozenset({GREEN, ORDINARY})]))
    greens = data.draw(st.integers(0, 6))
    window = Station(no="1", services=frozenset(SERVICES), reserved=reserved, green_in_a_row=greens)
    mine = [w for w in line if window.may_serve(w)]

    choice = choose(line, window, NOW, rules)

    assert (choice is None) == (mine == [])  # a window never idles while somebody waits whom it may serve
    if choice is None:
        return
    called, waited = choice.ticket, lambda w: (NOW - w.clock_at) / MIN
    assert called in mine
    assert not [w for w in mine if w.series == called.series and w.line_at < called.line_at]  # first come in a row of numbers
    if rules.yields(called.class_):  # the law
        assert not [w for w in mine if w.class_ == ORDINARY and w.service == called.service and w.line_at < called.line_at]
    first = heads(mine, rules)
    left = called.target / 60 - waited(called)
    soon = rules.like(called.class_) in (GREEN, "appointment") and 0 <= left <= SOON
    in_time = [w for w in first if waited(w) * 60 >= rules.cap_s]
    if in_time and waited(called) * 60 < rules.cap_s:
        assert soon  # nobody else goes before who has waited longest that anybody may
    limit = rules.in_a_row(called.class_)
    if 0 < limit <= greens and waited(called) * 60 < rules.cap_s:
        assert all(rules.like(w.class_) == GREEN for w in first)  # it was the turn of one without priority, and there is none
    why = explain(choice)
    facts = why["facts"] | {"class": {"zh": "类别", "en": "class"}} if "class" in why["facts"] else why["facts"]
    told = WORDS.texts("why", why["code"], **facts)
    assert told["zh"] and told["en"] and why["overtaken_count"] == len([w for w in mine if w.line_at < called.line_at])


def test_a_class_without_a_ground_passes_nobody_who_only_came_whose_promise_is_lost_already():
    """A promise of 45 minutes is no law: it went before who had come first and was promised 30, and was late."""
    rules = Rules.model_validate({"classes": [{"code": "own", "name": {"zh": "惠企专办"}, "mark": "T", "target": 2700}]})
    came = {"service": "tax", "target": 1800, "expected_s": 480.0}
    late = Waiter(id="a", number="A001", series="A", line_at=NOW - 50 * MIN, clock_at=NOW - 50 * MIN, **came)
    own = Waiter(
        id="t", number="TA001", series="TA", line_at=NOW - 40 * MIN, clock_at=NOW - 40 * MIN, class_="own", **came | {"target": 2700}
    )
    window = Station(no="1", services=frozenset({"tax"}))

    assert choose([own, late], window, NOW, rules).ticket is late
    assert choose([own], window, NOW, rules).ticket is own
    lawful = rules.model_copy(update={"classes": (rules.classes[0].model_copy(update={"ground": {"zh": "《条例》"}}),)})
    assert choose([own, late], window, NOW, lawful).ticket is own
