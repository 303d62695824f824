"""The reader's rhythm: one event for each placement, whatever the wire does; and the real thread over a pseudo-terminal."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soon import until

import drivers
from config import words
from config.words import devices
from drivers import backoff
from drivers.contract import DeviceAbsent
from drivers.reader import frames, serial_port
from drivers.reader.virtual import CARDS, VirtualReader, cards
from drivers.reader.virtual import SamStandIn as Module

TODAY = date(2026, 11, 20)


class Wire:
    """A module on a wire without time: `spoil` changes what it sends; a read of nothing moves the clock on by its time-out."""

    def __init__(self):
        self.module, self.now, self.waiting, self.asked = Module(), 0.0, b"", []
        self.spoil = lambda request, answer: answer
        self.gone = False

    def write(self, data, timeout):
        if self.gone:
            raise DeviceAbsent("offline", why="unplugged")
        self.asked.append(data)
        self.waiting += self.spoil(data, self.module.feed(data))

    def read(self, timeout):
        if self.gone:
            raise DeviceAbsent("offline", why="unplugged")
        if not self.waiting:
            self.now += timeout
        data, self.waiting = self.waiting, b""
        return data

    def drain(self):
        self.waiting = b""

    def close(self):
        pass


class Desk:
    """A reader's rhythm on a Wire, and all that it told."""

    def __init__(self):
        self.wire = Wire()
        self.cards, self.told, self.lifts = [], [], []
        self.rhythm = serial_port.Sam(
            self.wire,
            on_card=self.cards.append,
            on_lift=lambda: self.lifts.append(1),
            tell=lambda s: self.told.append(s.code) if not self.told or self.told[-1] != s.code else None,
            today=lambda: TODAY,
            clock=lambda: self.wire.now,
        )

    def lay(self, name="resident"):
        kind, values = CARDS[name]
        self.wire.module.lay(cards.block(kind, **values))

    def lift(self):
        self.wire.module.lift()

    def steps(self, count=10):
        for _ in range(count):
            self.wire.now += self.rhythm.step()


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize("name", CARDS)
def test_each_kind_of_card_is_read_once_while_it_lies_there(desk, name):
    desk.lay(name)

    desk.steps(30)

    assert [c.number for c in desk.cards] == [CARDS[name][1]["number"]]
    assert desk.rhythm.present and desk.lifts == []


def test_a_lift_and_the_same_card_again_is_a_new_placement(desk):
    for _ in range(3):
        desk.lay()
        desk.steps()
        desk.lift()
        desk.steps()

    assert len(desk.cards) == 3 and len(desk.lifts) == 3 and not desk.rhythm.present


def test_another_card_at_once_is_another_event(desk):
    desk.lay("resident")
    desk.steps()
    desk.lay("hmt")
    desk.steps()

    assert [c.kind for c in desk.cards] == ["resident", "hmt"]


@pytest.mark.parametrize("edge", [True, False])
@pytest.mark.parametrize("appended", [True, False])
def test_a_reader_without_an_edge_or_without_a_presence_check_still_gives_one_event(desk, edge, appended):
    desk.wire.module.edge, desk.wire.module.appended = edge, appended
    desk.lay()

    desk.steps(40)
    assert len(desk.cards) == 1

    desk.lift()
    desk.steps()
    desk.lay()
    desk.steps()
    assert len(desk.cards) == 2


def test_fingerprints_are_never_asked_for_and_the_order_is_find_select_read(desk):
    desk.lay()
    desk.steps(20)

    asked = desk.wire.module.asked
    assert asked[:3] == [(0x20, 1), (0x20, 2), (0x30, 1)]
    assert (0x30, 0x10) not in asked and asked.count((0x30, 1)) == 1


@pytest.mark.parametrize("command", ["find", "select", "read"])
@pytest.mark.parametrize("how", ["checksum", "cut", "noise", "silence", "length", "twice"])
def test_one_spoilt_answer_delays_a_card_and_neither_loses_nor_doubles_it(desk, command, how):
    request = {"find": frames.FIND, "select": frames.SELECT, "read": frames.READ_BASE}[command]
    ways = {
        "checksum": lambda b: b[:-1] + bytes((b[-1] ^ 1,)),
        "cut": lambda b: b[: len(b) // 2],
        "noise": lambda b: b"\xaa\xaa\x00\xaa" + b,
        "silence": lambda b: b"",
        "length": lambda b: b[:5] + b"\xff\xff" + b[7:],
        "twice": lambda b: b + b,
    }
    left = [1]

    def spoil(asked, answer):
        return ways[how](answer) if asked == request and left and left.pop() else answer

    desk.wire.spoil = spoil
    desk.lay()
    desk.steps(30)

    assert len(desk.cards) == 1


def test_a_late_answer_of_an_earlier_card_never_passes_for_the_next(desk):
    kept = []

    def late(asked, answer):
        if asked == frames.READ_BASE and not kept:
            kept.append(answer)
            return b""
        if asked == frames.STATUS and len(kept) == 1:
            kept.append(b"")
            return kept[0] + answer
        return answer

    desk.wire.spoil = late
    desk.lay("resident")
    desk.steps(1)
    desk.lift()
    desk.lay("hmt")
    desk.steps(10)

    assert [c.kind for c in desk.cards] == ["hmt"]


@pytest.mark.parametrize(
    ("command", "sw3", "code"),
    [
        ((0x30, 1), 0x41, "unreadable"),
        ((0x30, 1), 0x31, "not_authentic"),
        ((0x30, 1), 0x32, "not_authentic"),
        ((0x30, 1), 0x33, "not_authentic"),
        ((0x30, 1), 0x3F, "unreadable"),
        ((0x30, 1), 0x47, "unreadable"),
        ((0x30, 1), 0x40, "wrong_card"),
        ((0x20, 2), 0x40, "wrong_card"),
        ((0x20, 1), 0x60, "self_test"),
        ((0x20, 1), 0x66, "not_authorised"),
        ((0x20, 1), 0x23, "fault"),
        ((0x20, 1), 0x24, "fault"),
        ((0x20, 1), 0x77, "fault"),
    ],
)
def test_each_refusal_of_the_module_has_its_sentence(desk, command, sw3, code):
    desk.wire.module.force[command] = sw3
    desk.lay()

    desk.steps(8)

    assert code in desk.told and desk.cards == []
    status = serial_port.trouble(code)
    for lang in words.LANGUAGES:
        assert devices.known(code) and devices.sentence(code, status.facts, lang)
        assert devices.told("reader", code, lang, stops=status.stops)


@pytest.mark.parametrize("sw3", [0x21, 0x81, 0x10, 0x11])
def test_answers_that_only_mean_again_are_told_to_nobody(desk, sw3):
    desk.wire.module.force[(0x20, 2)] = sw3
    desk.lay()
    desk.steps(2)
    desk.wire.module.force.clear()
    desk.steps(5)

    assert len(desk.cards) == 1 and set(desk.told) <= {""}


def test_a_trembling_hand_is_forgiven_twice(desk):
    desk.wire.module.force[(0x30, 1)] = 0x41
    desk.lay()
    desk.steps(2)
    desk.wire.module.force.clear()
    desk.steps(3)

    assert len(desk.cards) == 1 and "unreadable" not in desk.told


def test_five_silent_polls_and_the_reader_is_given_up(desk):
    desk.wire.spoil = lambda asked, answer: b""

    for _ in range(5):
        assert not desk.rhythm.lost
        desk.steps(1)

    assert desk.rhythm.lost and desk.told == ["offline"]


def test_data_that_arrives_damaged_again_and_again_is_named(desk):
    desk.wire.spoil = lambda asked, answer: answer[:-1] + bytes((answer[-1] ^ 1,))
    desk.lay()

    desk.steps(4)

    assert "damaged" in desk.told and desk.cards == []


def test_an_unknown_envelope_is_named(desk):
    desk.wire.spoil = lambda asked, answer: bytes.fromhex("02 00 11 03 CC 01 02 03")

    desk.steps(5)

    assert "unknown_envelope" in desk.told and "offline" not in desk.told and desk.cards == []


def test_a_card_left_behind_is_said_every_twenty_seconds(desk):
    said = []
    desk.rhythm._tell = lambda s: said.append(s.code)
    desk.lay()

    while desk.wire.now < 65:
        desk.steps(1)

    assert said.count("left_behind") == 3


def test_a_reader_that_cannot_tell_gone_is_not_taken_to_say_it_and_a_card_left_on_it_is_said(desk):
    said = []
    desk.rhythm._tell = lambda s: said.append(s.code)
    desk.wire.module.edge = desk.wire.module.appended = False
    desk.lay()

    while desk.wire.now < 65:
        desk.steps(1)
    assert len(desk.cards) == 1 and desk.lifts == [] and said.count("left_behind") == 3

    desk.lift()
    desk.steps(3)
    assert len(desk.lifts) == 1 and not desk.rhythm.present and desk.wire.now < 70


def test_on_such_a_reader_another_card_in_its_place_is_a_lift_and_a_placement(desk):
    desk.wire.module.edge = desk.wire.module.appended = False
    desk.lay("resident")
    desk.steps(5)
    desk.lay("hmt")
    desk.steps(5)

    assert [c.kind for c in desk.cards] == ["resident", "hmt"] and len(desk.lifts) == 1


@pytest.mark.parametrize(("edge", "appended"), [(True, True), (False, True), (False, False)])
def test_an_odd_card_that_is_left_is_said_once_as_odd_and_then_as_left(desk, edge, appended):
    said = []
    desk.rhythm._tell = lambda s: said.append(s.code)
    desk.wire.module.edge, desk.wire.module.appended = edge, appended
    desk.wire.module.lay(b"\xff" * 256)

    while desk.wire.now < 25:
        desk.steps(1)

    assert [code for code in said if code] == ["odd_card", "left_behind"]


@pytest.mark.parametrize("sw3", [0x81, 0x21, 0x91, 0x41])
@pytest.mark.parametrize("command", [(0x20, 2), (0x30, 1)])
def test_a_card_that_is_found_and_never_read_is_said_at_every_third_try(desk, command, sw3):
    said = []
    desk.rhythm._tell = lambda s: said.append((len(tries()), s.code))
    tries = lambda: [asked for asked in desk.wire.module.asked if asked == command]
    desk.wire.module.force[command] = sw3
    desk.lay()

    desk.steps(7)

    assert said == [(3, "unreadable"), (6, "unreadable")] and desk.cards == []
    assert devices.told("reader", "unreadable", "zh", stops=False) == "没有读到，请把证件重新放好。"


@pytest.mark.parametrize("how", ["silence", "damage"])
def test_a_card_that_is_found_and_whose_selecting_is_never_answered_is_said_too(desk, how):
    spoilt = {"silence": b"", "damage": frames.reply(0x90)[:-1] + b"\x00"}[how]
    desk.wire.spoil = lambda asked, answer: spoilt if asked == frames.SELECT else answer
    desk.lay()

    desk.steps(4)

    assert "unreadable" in desk.told and not desk.rhythm.lost


def test_a_reader_that_is_always_out_of_turn_is_a_fault_and_no_message_to_a_person(desk):
    desk.wire.module.force[(0x20, 1)] = 0x21

    desk.steps(7)

    assert desk.told == ["fault"]


def test_a_card_of_no_known_layout_is_said_once_and_gives_no_event(desk):
    desk.wire.module.lay(b"\xff" * 256)

    desk.steps(10)

    assert desk.cards == [] and desk.told.count("odd_card") == 1


def test_no_byte_of_the_photo_is_kept(desk):
    desk.lay()
    desk.steps(5)
    photo = desk.wire.module.photo

    kept = repr(vars(desk.rhythm)).encode() + bytes(desk.rhythm._decoder._kept) + desk.rhythm._decoder.last_noise
    assert not any(photo[i : i + 8] in kept for i in range(1016))
    assert not any(isinstance(v, bytes) for v in vars(desk.cards[0]).values())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_the_wire_brings_no_card_appears_that_was_not_there(data):
    desk = Desk()
    junk = st.one_of(
        st.binary(max_size=60),
        st.sampled_from([frames.reply(s) for s in (0x90, 0x80, 0x9F, 0x41, 0x91, 0x10)]),
        st.binary(max_size=80).map(lambda b: frames.reply(0x90, b)),
        st.binary(max_size=1284).map(lambda b: frames.PREAMBLE + b),
    )

    def spoil(asked, answer):
        return (
            data.draw(st.sampled_from(["as is", "junk", "both", "cut"]), label="way")
            and {
                "as is": lambda: answer,
                "junk": lambda: data.draw(junk),
                "both": lambda: data.draw(junk) + answer,
                "cut": lambda: answer[: data.draw(st.integers(0, len(answer)))],
            }[data.draw(st.sampled_from(["as is", "junk", "both", "cut"]))]()
        )

    desk.wire.spoil = spoil
    laid = data.draw(st.sampled_from([None, "resident", "hmt"]))
    if laid:
        desk.lay(laid)
    desk.steps(8)

    assert {c.number for c in desk.cards} <= ({CARDS[laid][1]["number"]} if laid else set())
    assert len(desk.cards) <= 2  # a wire that lies can at most make one placement look like two


# the thread on a real line


@pytest.mark.parametrize("way", ["pty", "tcp"])
def test_a_card_laid_on_the_stand_in_arrives_through_the_real_line(way):
    reader = drivers.open("reader", f"virtual://reader?way={way}", kind="sam", poll=0.01, today=lambda: TODAY)
    read, lifted = [], []
    reader.start(read.append, on_lift=lambda: lifted.append(1))
    reader.standin.piece = 7
    reader.standin.noise = b"\xaa\xaa"

    reader.standin.lay("resident")
    assert until(lambda: read)
    assert until(lambda: reader.status().state == "ok" and reader.present)
    reader.standin.lift()
    assert until(lambda: lifted)
    reader.standin.lay('{"kind": "hmt", "name": "陈·大文"}')
    assert until(lambda: len(read) == 2)

    assert [c.name for c in read] == ["张三", "陈·大文"]
    reader.close()


def test_a_listener_that_fails_does_not_stop_the_reader(caplog):
    reader = drivers.open("reader", "virtual://", poll=0.01)
    read = []

    def listen(card):
        read.append(card)
        raise KeyError(card.number)

    reader.start(listen)
    for n, name in enumerate(("resident", "hmt"), 1):
        reader.standin.lay(name)
        assert until(lambda n=n: len(read) == n)
        reader.standin.lift()
        assert until(lambda: not reader.present)

    assert "11010519491231002X" not in caplog.text and "KeyError" in caplog.text
    reader.close()


def test_unplugged_and_plugged_in_again(monkeypatch):
    monkeypatch.setattr(backoff, "PAUSES", (0.02,))
    standin = VirtualReader()
    other = VirtualReader()
    urls = [standin.url, "serial:///dev/does-not-exist", other.url]
    connect = lambda: drivers.ports.open(urls.pop(0) if len(urls) > 1 else urls[0], baud=115200)
    reader = serial_port.SerialReader(connect, poll=0.01, left_behind=20, today=date.today)
    read, told = [], []
    reader.start(read.append, lambda s: told.append(s.code))
    standin.lay()
    assert until(lambda: len(read) == 1)

    standin.close()
    other.lay("hmt")

    assert until(lambda: len(read) == 2)
    assert "offline" in told and reader.status().state == "ok"
    reader.close()
    other.close()


def test_a_loose_plug_does_not_make_a_second_placement_of_a_card_that_lies_there():
    desk = Desk()
    desk.lay()
    desk.steps()
    before = desk.rhythm.gone()

    again = Desk()
    again.rhythm._last = before
    again.lay()
    again.steps()
    assert again.cards == [] and again.rhythm.present

    again.lift()
    again.steps()
    again.lay()
    again.steps()
    assert len(again.cards) == 1


def test_a_port_that_does_not_exist_is_offline_with_a_sentence():
    reader = drivers.open("reader", "serial:///dev/does-not-exist?baud=115200")
    told = []
    reader.start(lambda c: None, told.append)

    assert until(lambda: told)
    assert told[0].code == "offline" and told[0].stops and told[0].facts["at"] == "/dev/does-not-exist"
    reader.close()


def test_the_stand_in_can_be_moved_by_a_line_of_text():
    import socket

    standin = VirtualReader()
    port = standin.control()
    with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rw", encoding="utf-8") as talk:

        def say(text):
            talk.write(text + "\n")
            talk.flush()
            return talk.readline().strip()

        assert say("lay hmt") == "ok" and standin.sam.block is not None
        assert say("lift") == "ok" and standin.sam.block is None
        assert say("lay cat").startswith("no") and say("jump").startswith("no")
        assert "resident" in say("cards")
    standin.close()
