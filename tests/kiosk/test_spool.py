"""Numbers given alone: unique, in order, on the disk before anybody sees them, and without a person in clear."""

import base64
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.spool import NothingLeft, Spool

DAY = "2026-11-20"
HOLDER = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
SECRET = X25519PrivateKey.generate()
PUBLIC = SECRET.public_key().public_bytes_raw()


class Killed(BaseException):
    pass


def loan(id="k3vq5xabcdefghij", *, day=DAY, first=1, last=100, seal=True, **ranges):
    ranges = ranges or {"A": ["social", "tax"], "B": ["house"]}
    return {
        "loan": id, "kiosk": "k1", "day": day, "mark": "X", "seal": base64.b64encode(PUBLIC).decode() if seal else None,
        "ranges": [{"prefix": p, "series": f"{p}X", "first": first, "last": last, "width": 3, "services": s} for p, s in ranges.items()],
    }  # fmt: skip


def stamp(at):
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path, machine=["m1"])
    yield made
    made.close()


def take(spool, service="social", at=1000, **more):
    return spool.take(day=DAY, service=service, at=at, stamp=stamp, **more)


def test_numbers_come_from_the_loan_in_order_and_services_of_a_prefix_share_it(spool):
    spool.lend(loan())

    given = [take(spool, s).number for s in ("social", "tax", "house", "social")]

    assert given == ["AX001", "AX002", "BX001", "AX003"]
    assert spool.left(DAY) == {"social": 97, "tax": 97, "house": 99}


def test_without_a_loan_for_that_day_and_service_there_is_no_number(spool):
    spool.lend(loan(day="2026-11-21"))
    spool.lend(loan("b" * 16, last=1, A=["social"]))
    take(spool)

    for service in ("social", "house"):
        with pytest.raises(NothingLeft):
            take(spool, service)


def test_the_same_loan_told_twice_is_one_loan_and_the_next_begins_after_it(spool):
    spool.lend(loan(last=2))
    take(spool)
    spool.lend(loan(last=2))
    spool.lend(loan("b" * 16, first=3, last=4))

    assert [take(spool).number for _ in range(3)] == ["AX002", "AX003", "AX004"]


def test_asking_for_a_loan_asks_under_one_id_until_the_answer_is_kept(tmp_path):
    first = Spool(tmp_path, machine=["m1"])
    asked = first.loan_wanted(DAY)
    first.close()  # killed before the answer came

    again = Spool(tmp_path, machine=["m1"])
    assert again.loan_wanted(DAY) == asked and len(asked) == 16
    again.loan_got(DAY, loan(asked))

    assert again.loan_wanted(DAY) != asked
    again.close()


@pytest.mark.parametrize("step", ["taken, not kept", "kept, not committed", "committed"])
def test_killed_at_any_step_a_number_is_whole_or_was_never_there(tmp_path, step):
    def kill(name):
        if name == step:
            raise Killed

    spool = Spool(tmp_path, machine=["m1"], step=kill)
    spool.lend(loan())
    with pytest.raises(Killed):
        take(spool)
    spool.close()

    again = Spool(tmp_path, machine=["m1"])
    kept = [t["number"] for t in again.unmerged()]

    assert kept == (["AX001"] if step == "committed" else [])
    assert take(again).number == ("AX002" if step == "committed" else "AX001")
    again.close()


def test_merging_sends_in_the_order_given_and_each_until_it_is_answered(spool):
    spool.lend(loan())
    given = [take(spool, at=1000 + n).id for n in range(3)]
    spool.printed(given[0], True)
    spool.printed(given[1], False)

    waiting = spool.unmerged()
    assert [(t["id"], t["printed"]) for t in waiting] == [(given[0], True), (given[1], False), (given[2], None)]

    spool.merged([{"id": given[0], "result": "merged"}, {"id": given[1], "result": "already"}])
    spool.merged([{"id": given[2], "result": "refused", "code": "not_lent", "detail": "…"}])
    assert spool.unmerged() == [] and spool.counts() == {"new": 0, "merged": 2, "refused": 1}

    spool.tidy("2026-11-22")
    assert spool.counts() == {"new": 0, "merged": 0, "refused": 1}  # what nobody has is never forgotten


def test_arrival_order_survives_a_clock_that_is_set_back(spool):
    spool.lend(loan())
    times = [take(spool, at=at).body["issued_at"] for at in (60_000, 30_000, 30_000)]

    assert times == sorted(times) and len(set(times)) == 3


def test_no_person_is_on_the_disk_in_clear_and_only_the_server_can_open_the_seal(spool, tmp_path):
    spool.lend(loan())
    given = take(spool, holder=HOLDER, phone="13800001234")

    raw = b"".join(p.read_bytes() for p in Path(tmp_path).iterdir())
    for planted in ("11010519491231002X", "张三", "13800001234", "19491231"):
        assert planted.encode() not in raw and json.dumps(planted)[1:-1].encode() not in raw

    box = base64.b64decode(given.body["sealed"])
    opened = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM).decrypt(box, SECRET, b"hallfloor holder 2 " + given.id.encode())
    assert json.loads(opened) == HOLDER

    spool.merged([{"id": given.id, "result": "merged"}])
    assert spool.find(given.id).body["sealed"] is None  # the server has it now


def test_without_a_seal_no_person_is_kept_at_all(spool):
    spool.lend(loan(seal=False))

    body = take(spool, holder=HOLDER, phone="13800001234").body

    assert body["sealed"] is None and body["phone_sealed"] is None and "张三" not in json.dumps(body, ensure_ascii=False)


def test_an_attempt_that_got_no_answer_is_one_number_however_often_it_is_tried(spool):
    spool.lend(loan())

    assert take(spool, attempt="k1").number == take(spool, attempt="k1").number == "AX001"
    assert take(spool, attempt="k2").number == "AX002"


def test_who_comes_again_after_the_kiosk_was_killed_gets_the_number_that_may_not_have_been_shown(tmp_path):
    spool = Spool(tmp_path, machine=["m1"])
    spool.lend(loan())
    wish = {"day": DAY, "service": "social", "person": HOLDER["id_number"]}
    first = take(spool, holder=HOLDER, attempt=spool.asking(**wish, at=1000))
    spool.close()  # killed before anything was shown

    spool = Spool(tmp_path, machine=["m1"])

    other = spool.asking(**wish | {"person": "13800001234"}, at=2000)
    assert take(spool, attempt=other).number == "AX002"  # somebody else
    key = spool.asking(**wish, at=2000)
    assert take(spool, at=2000, holder=HOLDER, attempt=key) == first
    spool.seen(key)
    assert take(spool, at=3000, attempt=spool.asking(**wish, at=3000)).number == "AX003"  # seen: this is another visit
    assert HOLDER["id_number"].encode() not in (tmp_path / "spool.db").read_bytes()
    assert spool.asking(**wish, at=3000 + 15 * 60_000 + 1) != key  # nobody's trace is kept for longer
    spool.close()


def test_two_threads_never_take_the_same_number(spool):
    spool.lend(loan(last=80))
    given = []

    def many():
        for _ in range(20):
            given.append(take(spool).number)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()

    assert sorted(given) == [f"AX{n:03d}" for n in range(1, 81)]


def test_two_processes_on_one_folder_never_take_the_same_number(tmp_path):
    one, two = Spool(tmp_path, machine=["m1"]), Spool(tmp_path, machine=["m1"])
    one.lend(loan())

    given = [take(s).number for s in (one, two, one, two)]

    assert given == ["AX001", "AX002", "AX003", "AX004"]
    one.close()
    two.close()


def test_a_copied_disk_gives_no_number_on_another_machine_but_still_merges_its_own(tmp_path):
    first = Spool(tmp_path, machine=["m1"])
    first.lend(loan())
    take(first)
    first.close()

    copy = Spool(tmp_path, machine=["m2"])

    with pytest.raises(NothingLeft):
        take(copy)
    assert [t["number"] for t in copy.unmerged()] == ["AX001"]
    copy.close()


def test_one_changed_network_card_of_two_is_the_same_machine(tmp_path):
    first = Spool(tmp_path, machine=["m1", "m2"])
    first.lend(loan())
    first.close()

    second = Spool(tmp_path, machine=["m2", "m3"])

    assert take(second).number == "AX001"
    second.close()


def test_a_spool_that_cannot_be_read_is_set_aside_and_the_kiosk_starts_all_the_same(tmp_path):
    (tmp_path / "spool.db").write_bytes(b"this is no database" * 100)

    spool = Spool(tmp_path, machine=["m1"])

    assert spool.broken and (tmp_path / spool.broken).exists() and spool.counts()["new"] == 0
    spool.close()


def test_a_managers_wish_is_done_once_though_the_kiosk_restarts(tmp_path):
    first = Spool(tmp_path, machine=["m1"])
    assert first.begin_command("c1", 5)
    first.close()

    again = Spool(tmp_path, machine=["m1"])

    assert not again.begin_command("c1", 6)
    again.end_command("c1", True, "")
    assert again.untold_commands() == [{"id": "c1", "ok": True, "detail": ""}]
    again.told_command("c1")
    assert again.untold_commands() == []
    again.close()


def test_a_lent_ticket_is_known_by_its_loan_and_number_and_followed_by_a_code_nobody_can_guess(spool):
    spool.lend(loan())

    one, two = take(spool), take(spool)

    assert one.id == "k3vq5xabcdefghij-ax001"
    assert one.ticket["track"] != two.ticket["track"] and len(one.ticket["track"]) == 26
    assert spool.find(one.id) == one


def test_an_agent_is_sealed_for_the_server_alone_and_goes_with_the_merge(spool):
    spool.lend(loan())
    agent = {"name": "李晓红", "id_number": "110105198506120026"}
    given = spool.take(day=DAY, service="social", at=1_000, stamp=str, holder={"id_number": "1"}, agent=agent, authority="unit")

    assert given.body["agent_sealed"] and given.ticket["authority"] == "unit" and "李晓红" not in str(spool.unmerged())
    spool.merged([{"id": given.id, "result": "merged"}])
    assert spool.find(given.id).body["agent_sealed"] is None
