"""The board: no call is covered before it was read and spoken, none is lost in a burst, and what is lost is said after five seconds."""

import io
import wave

import pytest

LARGE = ".callband .no"
LARGE_IS = "(number) => document.querySelector('.callband .no')?.textContent === number"
LISTED = ".calllist li.called .plate"


def sound(seconds=0.15):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return out.getvalue()


@pytest.fixture
def still(tab):
    """A page whose clock moves only by hand."""
    tab.clock.install(time="2026-11-20T01:31:20Z")
    tab.clock.pause_at("2026-11-20T01:41:20Z")  # installed alone it goes on with the real one
    return tab


def test_in_a_burst_all_are_listed_at_once_and_each_stands_large_in_turn(still, root):
    still.goto(f"{root}/board?state=burst&lang=zh")
    still.wait_for_selector(".board .callband")

    still.clock.run_for(1300)
    assert still.locator(LARGE).inner_text() == "A022"
    assert {"A022", "C031", "G045", "K018", "H009"} <= set(still.locator(LISTED).all_inner_texts())

    large = ["A022"]
    for _ in range(200):
        still.clock.run_for(250)
        now = still.locator(LARGE).inner_text()
        if now != large[-1]:
            large.append(now)
    assert large == ["A022", "C031", "G045", "K018", "H009"]


def test_a_call_stands_long_enough_to_be_read_though_others_wait(still, root):
    still.goto(f"{root}/board?state=burst&lang=zh")
    still.wait_for_selector(".board .callband")
    still.clock.run_for(1200)

    still.clock.run_for(3200)
    assert still.locator(LARGE).inner_text() == "A022"

    still.clock.run_for(1800)
    assert still.locator(LARGE).inner_text() == "C031"


def test_a_burst_of_twenty_loses_none(still, root):
    still.goto(f"{root}/board?state=burst_20&lang=zh")
    still.wait_for_selector(".board .callband")
    still.clock.run_for(1300)

    large = []
    for _ in range(260):
        still.clock.run_for(500)
        now = still.locator(LARGE).inner_text()
        if not large or now != large[-1]:
            large.append(now)

    assert large == [f"A{101 + n}" for n in range(20)]


def test_each_call_is_spoken_twice_one_at_a_time_and_a_recall_takes_the_place_of_its_own_older_call(tab, root):
    tab.add_init_script("""
        window.spoken = [];
        const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () {
          const entry = { file: this.src.split('/').pop(), at: performance.now(), end: 0 };
          window.spoken.push(entry);
          this.addEventListener('ended', () => entry.end = entry.end || performance.now(), { once: true });
          return play.call(this);
        };
    """)
    tab.route("**/audio/**", lambda route: route.fulfill(body=sound(), content_type="audio/wav"))

    tab.goto(f"{root}/board?state=spoken&lang=zh")
    tab.wait_for_function("() => window.spoken.length >= 6 && window.spoken[5].end")

    spoken = tab.evaluate("() => window.spoken")
    assert [one["file"] for one in spoken] == ["A022-1.wav"] * 2 + ["C031-2.wav"] * 2 + ["G045-1.wav"] * 2
    assert all(later["at"] >= earlier["end"] for earlier, later in zip(spoken, spoken[1:], strict=False))


def test_a_quiet_board_shows_and_does_not_speak(tab, root):
    asked = []
    tab.route("**/audio/**", lambda route: (asked.append(route.request.url), route.fulfill(body=sound(), content_type="audio/wav")))

    tab.goto(f"{root}/board?state=spoken&lang=zh&voice=off")
    tab.wait_for_function("(large) => document.querySelector(large)?.textContent === 'C031'", arg=LARGE)

    assert not asked


def test_a_zone_shows_and_calls_its_own_windows_only(still, root):
    still.goto(f"{root}/board?state=burst&lang=zh&windows=1-4,9&name=社保专区")
    still.wait_for_selector(".board .callband")
    still.clock.run_for(1300)

    assert still.locator(".calllist li").count() == 5
    assert still.get_by_text("社保专区").is_visible()

    large = set()
    for _ in range(120):
        still.clock.run_for(250)
        large.add(still.locator(LARGE).inner_text())
    assert large == {"A022", "C031", "K018"}


def test_a_board_of_one_zone_does_not_call_for_another(still, root):
    still.goto(f"{root}/board?state=zones&lang=zh&zone=east")
    still.wait_for_selector(".board .callband")
    still.clock.run_for(1500)

    assert still.locator(LARGE).inner_text() == "C031"
    assert still.locator(".calllist li").count() == 6
    assert still.locator(".top .zone").inner_text() == "一楼东区"
    still.goto(f"{root}/board?state=zones&lang=zh&zone=西区")  # by its name, as addresses have it that were saved before there were codes
    assert still.locator(".calllist li").count() == 6 and still.locator(".top .zone").inner_text() == "一楼西区"


def test_a_real_call_is_on_the_board_at_once_and_nothing_is_missed_over_an_outage(tab, hall):
    tab.add_init_script("""
        const Real = WebSocket;
        window.WebSocket = class extends Real {
          constructor(...given) {
            super(...given);
            this.addEventListener('close', () => window.closedAt = window.closedAt || performance.now());
          }
        };
        new MutationObserver(() => {
          if (document.querySelector('.offline')) window.saidAt = window.saidAt || performance.now();
        }).observe(document, { childList: true, subtree: true });
    """)
    tab.goto(f"{hall.url}/board?lang=zh")
    tab.wait_for_selector(".board .callband")
    hall.open("3")
    for _ in range(2):
        hall.take("estate")

    first = hall.call("3")
    tab.wait_for_function(LARGE_IS, arg=first["number"])

    hall.stop()
    try:
        tab.wait_for_selector(".offline")
        assert tab.evaluate("() => window.saidAt - window.closedAt") > 4900  # a blink is no alarm
        assert first["number"] not in tab.locator(LISTED).all_inner_texts()  # it may have been called elsewhere since
    finally:  # the hall is the whole session's
        hall.start()
    tab.wait_for_selector(".offline", state="detached")
    hall.gesture(first, "miss", "3")
    second = hall.call("3")
    tab.wait_for_function(LARGE_IS, arg=second["number"])
    hall.gesture(second, "miss", "3")
    for ticket in (first, second):  # the hall is the whole session's: nobody is left in line
        hall.gesture(ticket, "cancellation", "3")


def minute(tab):
    """The time of day on the board, in minutes."""
    hours, minutes = tab.locator(".board time.hour").first.inner_text().split(":")
    return int(hours) * 60 + int(minutes)


@pytest.mark.parametrize("step", [45, 6 * 3600, -40 * 365 * 86400])
def test_a_display_whose_clock_steps_still_shows_and_speaks_the_next_call(tab, hall, step):
    tab.add_init_script("""
        window.spoken = 0;
        HTMLMediaElement.prototype.play = function () { window.spoken += 1; return Promise.resolve(); };
    """)
    tab.goto(f"{hall.url}/board?lang=zh")
    tab.wait_for_selector(".board .callband")
    hall.open("3")
    ticket = hall.take("estate")
    shown = minute(tab)

    tab.evaluate("step => { const real = Date.now; Date.now = () => real.call(Date) + step * 1000; }", step)
    called = hall.call("3")

    try:
        assert called["number"] == ticket["number"]
        tab.wait_for_function(LARGE_IS, arg=ticket["number"])
        tab.wait_for_function("() => window.spoken > 0")
        assert (minute(tab) - shown) % (24 * 60) < 60  # still the hall's time, and not the display's
    finally:
        hall.gesture(ticket, "miss", "3")
        hall.gesture(ticket, "cancellation", "3")


def test_a_sound_that_never_ends_delays_no_call_and_is_said(tab, root):
    tab.add_init_script("HTMLMediaElement.prototype.play = () => new Promise(() => {});")
    tab.route("**/audio/**", lambda route: route.fulfill(body=sound(), content_type="audio/wav"))

    tab.goto(f"{root}/board?state=spoken&lang=zh")
    tab.wait_for_function(LARGE_IS, arg="A022")
    begun = tab.evaluate("performance.now()")
    tab.wait_for_function(LARGE_IS, arg="C031")

    assert tab.evaluate("performance.now()") - begun < 20_000  # it was 50 s: twice the longest file
    assert tab.get_by_text("声音没有放完").is_visible()
