"""What is kept of people, how little of it, and that it is gone from the disk when it is forgotten. Everybody here is made up."""

from contextlib import closing

import pytest

from server import actions
from server.actions.holders import MOST_PUSHES, keep_push, remember
from server.domain.private import Push, Sent
from server.record import store

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
