"""What is kept of people, how little of it, and that it is gone from the disk when it is forgotten. Everybody here is made up."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from config.codes import Role
from config.masks import mask_id, mask_name, mask_numbers, mask_phone, phone_digits
from server import actions
from server.actions.holders import MOST_PUSHES, keep_push, remember
from server.domain.permissions import ONE_WINDOW
from server.domain.private import Answer, Comment, Push, Sent, Visitor
from server.record import audit, store

NAME, MASKED = "欧阳假想", "欧**想"
HOLDER = {"name": NAME, "id_number": "110101190001010018", "card": "resident"}
PHONE = "19900000000"
A_DAY = 24 * 60


def on_disk(folder, *words):
    """Which of the words stand in the files of the database, as they lie on the disk."""
    files = [path.read_bytes() for path in folder.glob(f"{store.DATABASE}*")]
    return {word for word in words if any(word.encode() in raw for raw in files)}


# -- forgetting reaches the disk


def test_who_is_forgotten_stands_neither_in_the_database_nor_in_the_log_beside_it(ledger, clock, take):
    for n in range(60):  # so many that pages are split and freed
        take(holder=HOLDER | {"name": f"{n:03d}{NAME}{n:03d}", "id_number": f"{n:06d}19000101{n:04d}"}, phone=f"199{n:08d}")
    masks = [v.name for v in ledger.floor.visitors.values()] + [v.phone_hash for v in ledger.floor.visitors.values()]
    assert len(masks) == 120 and on_disk(ledger.folder, *masks) == set(masks)
    ledger.do("hall", actions.forget_visitors, before=clock.forward(minutes=1))

    assert on_disk(ledger.folder, *masks) == set()


def test_while_somebody_reads_an_older_state_the_log_is_emptied_after_a_later_change(ledger, clock, take):
    ledger.wipe_again = 0
    take(holder=HOLDER)
    with closing(store.open_reader(ledger.folder)) as reader:
        rows = reader.execute("SELECT * FROM events")
        rows.fetchone()
        ledger.do("hall", actions.forget_visitors, before=clock.forward(minutes=1))
        assert ledger.to_wipe and on_disk(ledger.folder, MASKED) == {MASKED}
        rows.fetchall()

    take()

    assert not ledger.to_wipe and on_disk(ledger.folder, MASKED) == set()


def test_a_server_that_stops_leaves_no_log_behind(fresh):
    context = fresh()
    context.kiosk.take(holder=HOLDER)
    context.nobody().get("/track/nothing")  # a reader that is idle

    context.close()

    assert sorted(path.name for path in context.folder.glob(f"{store.DATABASE}*")) == [store.DATABASE]


# -- what was told to a holder


def kept(ledger, cls):
    with closing(store.open_reader(ledger.folder)) as reader:
        return {row.ticket for row in store.find(reader, cls)}


def test_messages_and_subscriptions_are_forgotten_with_their_tickets(ledger, clock, take):
    old, old_day = take(), ledger.floor.day
    for ticket in (old.id, "there is no such ticket"):
        ledger.do("hall", keep_push, ticket=ticket, endpoint="https://push.example/1", p256dh="", auth="")
        ledger.do("hall", remember, ticket=ticket, what="soon", state="sent")
    ledger.do("hall", actions.forget_visitors, before=clock() - A_DAY * 60_000)
    assert kept(ledger, Push) == kept(ledger, Sent) == {old.id}

    clock.forward(minutes=A_DAY)
    ledger.do("hall", actions.end_day, day=old_day)
    new = take()
    ledger.do("hall", keep_push, ticket=new.id, endpoint="https://push.example/1", p256dh="", auth="")
    ledger.do("hall", actions.forget_visitors, before=clock() - A_DAY * 60_000)
    assert (kept(ledger, Push), kept(ledger, Sent)) == ({new.id}, {old.id})

    clock.forward(minutes=A_DAY)
    ledger.do("hall", actions.forget_visitors, before=clock() - A_DAY * 60_000)
    assert kept(ledger, Sent) == set()


@pytest.mark.parametrize("again", (0, MOST_PUSHES + 1))
def test_a_ticket_tells_a_few_browsers_at_most_and_one_that_asks_again_takes_nobodys_place(ledger, take, again):
    ticket = take().id
    for n in [*range(MOST_PUSHES + 2), again]:
        ledger.do("hall", keep_push, ticket=ticket, endpoint=f"https://push.example/{n}", p256dh="", auth="")

    with closing(store.open_reader(ledger.folder)) as reader:
        told = {int(row.endpoint.rsplit("/")[-1]) for row in store.find(reader, Push, ticket=ticket)}
    assert told == ({3, 4, 5, 6, 0} if again == 0 else {2, 3, 4, 5, 6})


# -- what is typed into a text


@pytest.mark.parametrize(
    ("typed", "kept_"),
    (
        ("打我电话19900001234", "打我电话199****1234"),
        ("199 0000 1234或199-0000-1235", "199****1234或199****1235"),
        ("１９９００００１２３４", "199****1234"),
        ("一九九零零零零一二三四", "199****1234"),
        ("身份证110101190001010018，", "身份证****18，"),
        ("11010119000101002x", "****2x"),
        ("110101 19000101 0018", "****18"),
        ("护照E00000000", "护照E****00"),
        ("座机88510000", "座机****00"),
        ("1\u200b9\u200b9\u200b0\u200b0\u200b0\u200b0\u200b1\u200b2\u200b3\u200b4", "199****1234"),
        ("A001等了45分钟，3号窗口，2026-11-28 10:30，咨询12345", "A001等了45分钟，3号窗口，2026-11-28 10:30，咨询12345"),
        ("第12 19900001234", "第****34"),
        ("30 8851 0000", "30 8851 0000"),
        ("3 88510000", "3 ****00"),
        ("", ""),
    ),
)
def test_numbers_of_phones_and_cards_are_masked_in_a_text_and_others_are_not(typed, kept_):
    assert mask_numbers(typed) == kept_


@pytest.mark.parametrize("typed", ("+86 199 0000 1234", "008619900001234", "１９９００００１２３４", "199-0000-1234"))
def test_a_phone_is_known_again_however_it_is_written(typed):
    assert phone_digits(typed) == "19900001234"


def test_kiosk_and_server_mask_by_one_function():
    from drivers.contract import Card
    from kiosk.people import of_card, of_phone

    person = of_card(Card(name=NAME, number=HOLDER["id_number"], kind="resident"), date(2026, 11, 20))

    assert (person.masked, person.last4, of_phone(PHONE).phone_masked) == (MASKED, "0018", "199****0000")
    assert (mask_name(NAME), mask_id(HOLDER["id_number"]), mask_phone(PHONE)) == (MASKED, "0018", "199****0000")


# -- what somebody said is sealed, and without numbers


SAID, NOTED = "办得太慢", "已当面说明"


def bad_evaluation(context, comment):
    ticket, keypad = context.kiosk.take("tax"), context.device("keypad", window="1")
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    keypad.post(f"/tickets/{ticket['id']}/completion")
    given = context.nobody().post("/evaluations", token=context.link(ticket), grade=1, tags=[], comment=comment)
    assert given.status_code == 201, given.text
    return f"{ticket['id']}.1"


def test_words_of_an_evaluation_and_notes_stand_nowhere_on_the_disk_and_are_read_by_who_settles_cases(context):
    id = bad_evaluation(context, f"{SAID}，回电{PHONE}")
    settled = context.manager.post(f"/cases/{id}/closing", outcome="corrected", called_back=True, note=f"{NOTED} {HOLDER['id_number']}")
    assert settled.status_code == 201, settled.text

    (case,) = context.manager.get("/cases", state="closed").json["items"]

    assert (case["words"], case["note"]) == (f"{SAID}，回电199****0000", f"{NOTED} ****18")
    assert on_disk(context.folder, SAID, NOTED, PHONE, HOLDER["id_number"], "199****0000") == set()


def test_words_that_an_earlier_version_kept_plainly_are_sealed_once_at_the_next_start(fresh):
    context = fresh()
    id = bad_evaluation(context, SAID)
    context.close()
    with closing(sqlite3.connect(context.folder / store.DATABASE)) as db, db:
        db.execute("UPDATE comments SET text = ?, note = ?, salt = ''", ("从前的话", NOTED))
        db.execute("PRAGMA user_version = 0")
    assert on_disk(context.folder, "从前的话", NOTED) == {"从前的话", NOTED}

    for _ in range(2):
        again = fresh()
        (case,) = again.manager.get("/cases").json["items"]
        assert (case["id"], case["words"], case["note"]) == (id, "从前的话", NOTED)
        assert on_disk(context.folder, "从前的话", NOTED) == set()


def test_why_a_window_pauses_or_somebody_is_put_there_keeps_no_number_of_anybody(context):
    context.of("clerk")
    context.manager.put("/windows/1/state", state="paused", reason=f"找{PHONE}")
    context.manager.put("/windows/2/clerk", clerk="clerk", reason=f"替{PHONE}")

    assert on_disk(context.folder, PHONE) == set() and on_disk(context.folder, "找199****0000", "替199****0000")


# -- what staff write


def test_what_a_manager_writes_to_the_windows_is_in_no_event_and_on_no_disk_and_goes_with_its_day(context):
    said = f"请{NAME}到1号窗口，{PHONE}"
    context.clerk.get("/session")
    sent = context.manager.ask("POST", "/messages", {"text": said, "window": "1"}, key="once")
    again = context.manager.ask("POST", "/messages", {"text": said, "window": "1"}, key="once")

    assert sent.json["text"] == again.json["text"] == said and again.headers["Idempotency-Replayed"] == "true"
    assert [m["text"] for m in context.server.context.view().messages()] == [said]
    assert on_disk(context.folder, NAME, PHONE) == set()
    assert audit.verify(context.folder).words == 1

    context.clock.forward(minutes=A_DAY + 1)
    context.ledger.do("hall", actions.forget_visitors, before=context.clock())
    assert context.server.context.view().messages() == []
    assert audit.verify(context.folder).forgotten == 1
    assert store.find(context.ledger.connection, Answer) == []


def test_what_was_written_before_a_restart_is_read_after_it(fresh):
    fresh().manager.post("/messages", text="午休照常")

    assert [m["text"] for m in fresh().server.context.view().messages()] == ["午休照常"]


def test_a_guide_is_called_to_a_window_or_a_machine_not_with_a_sentence(context):
    for place, status in (("1", 201), ("k1", 201), (f"{NAME} {PHONE}", 422)):
        assert context.kiosk.post("/help", place=place).status_code == status
    assert on_disk(context.folder, NAME, PHONE) == set()


# -- the notice that was shown


def test_the_version_of_the_privacy_notice_is_kept_with_what_was_given(context):
    slot = context.app.get("/slots", service="social").json["items"][-1]["id"]
    taken = context.kiosk.take(holder=HOLDER, notice="7")
    booked = context.kiosk.post("/appointments", slot=slot, phone=PHONE, notice="8").json

    kept_ = {v.ticket: v.notice for v in store.find(context.ledger.connection, Visitor)}
    assert kept_ == {taken["id"]: "7", booked["id"]: "8"}
    told = {e["ticket"]: e["body"]["notice"] for e in context.auditor.get("/events").json["items"] if "notice" in e["body"]}
    assert told == kept_


# -- what a person may ask of the hall: to see it, to have a copy, to have it deleted


@pytest.fixture
def known(context):
    """A person with a number, a booking, a message, a subscription and words; and somebody else."""
    slot = context.app.get("/slots", service="social").json["items"][-1]["id"]
    number = context.kiosk.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk", "holder": HOLDER, "notice": "7"}, key="n1").json
    booking = context.kiosk.post("/appointments", slot=slot, phone=PHONE).json
    context.ledger.do("hall", remember, ticket=number["id"], what="called:7", state="sent")
    context.ledger.do("hall", keep_push, ticket=number["id"], endpoint="https://push.example/1", p256dh="", auth="")
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{number['id']}/service"), keypad.post(f"/tickets/{number['id']}/completion")
    context.nobody().post("/evaluations", token=context.link(number), grade=1, comment=SAID)
    other = context.kiosk.take("tax", holder={"name": "司马虚构", "id_number": "110101190001010026"}, phone="19900000001")
    return {"number": number, "booking": booking, "other": other}


def test_a_person_is_shown_all_that_is_kept_of_them_and_nothing_of_others(context, known):
    kept_ = context.guide.post("/persons/search", holder={"id_number": HOLDER["id_number"]}, phone=PHONE)

    assert kept_.status_code == 201, kept_.text
    number, booking = kept_.json["tickets"]
    assert (number["ticket"], number["name"], number["id_last4"], number["card"]) == (known["number"]["id"], MASKED, "0018", "resident")
    assert (number["notice"], number["browsers"], number["words"]) == ("7", 1, 1)
    assert [(m["what"], m["state"]) for m in number["messages"]] == [("called", "sent")]
    assert (booking["ticket"], booking["state"], booking["phone"], booking["words"]) == (known["booking"]["id"], "booked", "199****0000", 0)
    assert known["other"]["id"] not in kept_.text and SAID not in kept_.text


def test_each_request_of_a_person_is_an_event_that_names_nobody(context, known):
    context.of("auditor"), context.guide.get("/session")
    before = context.seq
    about = {"holder": {"id_number": HOLDER["id_number"]}, "phone": PHONE}
    for what in ("search", "copy", "deletion"):
        assert context.guide.ask("POST", f"/persons/{what}", about, key=what).status_code == 201

    told = context.auditor.get("/events", after=before).json["items"]
    told = [e for e in told if e["kind"].startswith("person.")]
    assert [e["kind"] for e in told] == ["person.looked_up", "person.copied", "person.forgotten"]
    assert [e["body"].get("tickets") for e in told] == [2, 2, 2] and {e["actor"] for e in told} == {"staff:guide"}
    ids = [known[what]["id"] for what in ("number", "booking")]
    said = [str({**e, "hash": "", "prev": ""}) for e in told[:2]]  # in a hash any four digits stand by chance
    assert all(word not in one for one in said for word in (MASKED, "0018", "0000", *ids))


def test_a_person_who_is_deleted_is_nowhere_any_more_and_others_and_the_numbers_are(context, known):
    theirs = [v for v in store.find(context.ledger.connection, Visitor) if v.ticket != known["other"]["id"]]
    traces = [hash for v in theirs for hash in (v.id_hash, v.phone_hash) if hash] + [MASKED, "199****0000"]
    assert on_disk(context.folder, *traces) == set(traces)

    gone = context.manager.post("/persons/deletion", holder={"id_number": HOLDER["id_number"]}, phone=PHONE)

    assert gone.json == {"tickets": 2}
    assert on_disk(context.folder, *traces) == set()
    connection = context.ledger.connection
    assert kept(context.ledger, Push) == kept(context.ledger, Sent) == set() and store.find(connection, Comment) == []
    assert {v.ticket for v in store.find(connection, Visitor)} == {known["other"]["id"]}
    assert context.manager.post("/persons/search", phone=PHONE).json == {"tickets": [], "missed": 0}
    assert audit.verify(context.folder).ok
    repeated = context.kiosk.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk", "holder": HOLDER, "notice": "7"}, key="n1")
    assert "Idempotency-Replayed" not in repeated.headers
    assert context.nobody().get(f"/track/{known['booking']['track']}").json["state"] == "booked"


def test_a_name_alone_finds_nobody_and_only_guide_and_managers_are_asked(context, known):
    refused = context.guide.post("/persons/search", holder={"name": NAME})
    assert refused.status_code == 422 and {e["field"] for e in refused.json["errors"]} == {"holder.id_number", "phone"}
    for role in frozenset(Role) - ONE_WINDOW - {Role.GUIDE, Role.MANAGER}:
        who = getattr(context, role)
        assert all(who.post(f"/persons/{what}", phone=PHONE).status_code == 403 for what in ("search", "copy", "deletion"))


# -- bookings are somebody's, and not any number of them


def times(context, service="tax"):
    """A free time of each day."""
    days = {one["at"][:10]: one["id"] for one in context.app.get("/slots", service=service, days=7).json["items"] if one["free"]}
    return list(days.values())


def test_a_booking_is_somebodys(context):
    (first, *_) = times(context)
    for who in (context.app, context.kiosk, context.guide):
        for nobody in ({}, {"holder": {}}, {"holder": {"card": "resident"}}):
            refused = who.post("/appointments", slot=first, **nobody)
            assert (refused.status_code, refused.json["code"]) == (422, "bad_body"), refused.text
    assert context.guide.post("/appointments", slot=first, holder={"name": NAME}).status_code == 201


def test_a_person_holds_a_few_bookings_and_books_again_when_one_is_given_up(context):
    context.manager.put("/settings/rules", value={"appointments": {"per_person": 2}})
    first, second, third, *_ = times(context)
    one, _two = (context.app.post("/appointments", slot=slot, phone=PHONE).json for slot in (first, second))

    refused = context.app.post("/appointments", slot=third, phone=PHONE)
    assert (refused.status_code, refused.json["code"]) == (409, "booked_enough") and "2" in refused.json["detail"]
    assert context.app.post("/appointments", slot=third, phone="19900000001").status_code == 201
    context.app.delete(f"/appointments/{one['id']}")
    assert context.app.post("/appointments", slot=third, phone=PHONE).status_code == 201


def test_from_one_address_a_stranger_books_only_so_often_an_hour_and_staff_as_they_need(context):
    context.manager.put("/settings/rules", value={"appointments": {"per_address": 2}})
    phone = context.nobody()
    phone.ask("GET", "/book", root=True)
    slot, *_ = times(context, "social")
    book = lambda who, n: who.post("/appointments", slot=slot, phone=f"1990000000{n}")

    assert [book(phone, n).status_code for n in (1, 2, 3)] == [201, 201, 429]
    assert book(phone, 3).json["code"] == "too_many_bookings"
    assert book(context.guide, 3).status_code == 201
    context.clock.forward(minutes=61)
    assert book(phone, 4).status_code == 201
