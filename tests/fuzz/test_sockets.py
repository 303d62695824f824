"""Messages on a socket that no page of ours would send: each is answered, or its sender is let go; none is a traceback. Long: `hall torture
fuzz`."""

import json
import os
import threading

import doors
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["rooms", "after", "token"]) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
ROOMS = st.sampled_from(["hall", "staff", "managers", "window:1", "pad:1", "ticket:x", "window:", ":", "hall:hall"]) | st.text(max_size=20)
WATCH = st.fixed_dictionaries({"rooms": st.lists(ROOMS, max_size=4) | ROOMS | ANYTHING}, optional={"after": st.integers() | ANYTHING})
EVENTS = st.tuples(st.sampled_from(["watch", "connect", "disconnect", "message"]) | ANYTHING, ANYTHING).map(list)
PACKETS = (
    st.builds(lambda given, n: f'2{n}["watch",{json.dumps(given)}]', WATCH, st.sampled_from(["", "1", "77"]))
    | st.builds(
        lambda kind, where, event: f"{kind}{where}{json.dumps(event)}",
        st.sampled_from("0123456789"),
        st.sampled_from(["", "/x,", "1-", "9999-"]),
        EVENTS,
    )
    | st.text(max_size=30)
    | st.binary(max_size=30)
)


@pytest.fixture(scope="module")
def context(tmp_path_factory, clock_of, small_hall):
    context = doors.Context(tmp_path_factory.mktemp("sockets"), clock_of(), small_hall)
    context.kiosk.take()
    yield context
    context.close()


def test_whatever_is_said_on_a_socket_is_answered_or_passed_over(context, caplog, monkeypatch):
    sockets, ears = context.server.sockets, {who: context.ear(who) for who in (None, "display", "clerk", "manager")}
    monkeypatch.setattr("server.web.sockets.WATCHES", 1 << 30)  # else the eleventh is refused for coming too soon
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))

    @examples(60)
    @given(who=st.sampled_from([None, "display", "clerk", "manager"]), packet=PACKETS)
    def walk(who, packet):
        caplog.clear()
        if not ears[who].is_connected():
            ears[who] = context.ear(who)
        sockets.server.eio._trigger_event("message", ears[who].eio_sid, packet, run_async=False)
        assert not [r for r in caplog.records if r.exc_info], packet

    walk()
    assert context.nobody().get("/board").status_code == 200
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) <= (before[0] + 4, before[1] + 4)


def test_who_says_what_is_no_message_is_let_go_with_one_line_in_the_log(context, caplog):
    cut = []

    class Line:
        place = None

        def cut(self):
            cut.append(self)

    class Session:
        closed = False
        queue = type("Queue", (), {"line": Line()})()

    eio = context.server.sockets.server.eio
    for packet in ('2["watch",', "2[]", '2[["a"]]', "9", '51-["watch",{"_placeholder":true,"num":0}]', b"\0"):
        ear = context.ear()
        eio.sockets[ear.eio_sid] = Session()
        caplog.clear()
        eio._trigger_event("message", ear.eio_sid, packet, run_async=False)
        del eio.sockets[ear.eio_sid]

        assert [(r.levelname, bool(r.exc_info)) for r in caplog.records] == [("WARNING", False)], packet
    assert len(cut) == 6
