"""What the server gives to browsers: the built pages at their addresses, the font, the voice, and what a browser may do with them."""

import pytest

from server.web.pages import PAGES
from server.web.voice import HallVoice


@pytest.fixture
def built(context, tmp_path):
    """A build like display/web's."""
    static = tmp_path / "static"
    for folder in {f for f in PAGES.values()} | {"assets"}:
        (static / folder).mkdir(parents=True, exist_ok=True)
        (static / folder / "index.html").write_text(f"<title>{folder}</title>")
    (static / "assets" / "board-abc123.js").write_text("1")
    context.server.context.static = static
    return context


ADDRESSES = ["/", "/board", "/window/3", "/pad/3", "/t/abc", "/e/abc", "/book", "/desk", "/guide", "/manage", "/styleguide"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_at_its_address_and_never_stale(built, address):
    page = built.nobody().ask("GET", address, root=True)

    assert page.status_code == 200 and page.content_type.startswith("text/html")
    assert page.headers["Cache-Control"] == "no-cache"


def test_every_answer_says_what_a_browser_may_do_with_it(built):
    for address in ("/board", "/api/v1/hall", "/healthz", "/static/assets/board-abc123.js", "/api/v1/nothing"):
        head = built.nobody().ask("GET", address, root=True).headers
        assert "default-src 'self'" in head["Content-Security-Policy"] and "frame-ancestors" in head["Content-Security-Policy"]
        assert head["X-Content-Type-Options"] == "nosniff" and head["Referrer-Policy"] == "no-referrer"


def test_what_has_a_hash_in_its_name_is_kept_for_a_year(built):
    asset = built.nobody().ask("GET", "/static/assets/board-abc123.js", root=True)

    assert "immutable" in asset.headers["Cache-Control"] and asset.content_type.startswith("text/javascript")


def test_the_font_of_the_slips_is_the_font_of_the_pages(built):
    font = built.nobody().ask("GET", "/fonts/NotoSansSC-Regular.otf", root=True)

    assert font.status_code == 200 and font.content_type == "font/otf" and len(font.data) > 5_000_000
    assert "max-age=31536000" in font.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/static/../../etc/passwd", "/static/%2e%2e/app.py", "/fonts/hall.key", "/static/", "/audio/zh/x.wav"])
def test_nothing_else_is_given_out(built, address):
    assert built.nobody().ask("GET", address, root=True).status_code == 404


def test_without_a_build_the_page_says_so_in_a_sentence(context, tmp_path):
    context.server.context.static = tmp_path / "nowhere"

    page = context.nobody().ask("GET", "/board", root=True)

    assert page.status_code == 503 and "页面还没有生成" in page.text


def test_api_answers_are_not_kept_by_caches(context):
    assert context.nobody().get("/hall").headers["Cache-Control"] == "no-store"


# -- the voice


def test_a_call_is_spoken_by_an_address_that_lives_through_a_restart(context, tmp_path):
    asked = []

    def render(text, lang):
        asked.append((text, lang))
        return b"RIFF" + text.encode()

    keys = context.ledger.keys
    voice = context.server.context.voice = HallVoice(render, tmp_path / "audio", keys)
    urls = voice.urls({"zh": "请A001号到1号窗口", "en": "A001, window 1"})

    for _ in range(2):
        wav = context.nobody().ask("GET", urls["zh"], root=True)
        assert wav.status_code == 200 and wav.content_type == "audio/wav" and "请A001号".encode() in wav.data
    assert asked == [("请A001号到1号窗口", "zh")]
    later = HallVoice(render, tmp_path / "audio", keys)
    assert later.file("zh", urls["zh"].split("/")[-1].removesuffix(".wav")) is not None


def test_nobody_makes_the_hall_say_what_it_likes(context, tmp_path):
    voice = context.server.context.voice = HallVoice(lambda t, lang: b"RIFF", tmp_path / "audio", context.ledger.keys)
    good = voice.urls({"zh": "请A001号到1号窗口"})["zh"]
    name = good.split("/")[-1].removesuffix(".wav")

    other = "x" if name[-1] != "x" else "y"  # the mac differs from run to run
    for lang, wrong in (("en", name), ("zh", name[:-1] + other), ("zh", "5L2g5aW9." + name.split(".")[1]), ("zh", "."), ("zh", "%%%.abc")):
        assert voice.file(lang, wrong) is None


def test_a_voice_that_fails_leaves_the_board_silent_not_broken(context, tmp_path):
    voice = context.server.context.voice = HallVoice(lambda t, lang: 1 / 0, tmp_path / "audio", context.ledger.keys)
    context.kiosk.take()

    called = context.device("keypad", window="1").post("/windows/1/calls")

    assert called.status_code == 201
    url = context.nobody().get("/board").json["calls"][0]["audio"]["zh"]
    assert context.nobody().ask("GET", url, root=True).status_code == 404
    assert voice.urls({"zh": ""}) is None


# -- health


def test_ready_says_what_stands_against_it(context):
    assert context.nobody().ask("GET", "/readyz", root=True).status_code == 200
    context.server.context.problems["disk"] = "full"

    answer = context.nobody().ask("GET", "/readyz", root=True)

    assert answer.status_code == 503 and answer.json["problems"] == {"disk": "full"}
    assert context.nobody().ask("GET", "/healthz", root=True).status_code == 200


def test_metrics_count_what_happened(context):
    context.kiosk.take("tax"), context.kiosk.take("tax")

    text = context.nobody().ask("GET", "/metrics", root=True).text

    assert 'hall_waiting{service="tax"} 2.0' in text and 'hall_windows{state="open"} 3.0' in text
    assert 'hall_requests_total{door="/api/v1/tickets",method="POST",status="201"} 2.0' in text


def test_a_logo_from_elsewhere_is_the_one_address_that_pages_may_show_beside_their_own(context):
    before = context.nobody().ask("GET", "/desk", root=True).headers["Content-Security-Policy"]
    assert context.manager.put("/settings/look", value={"logo": "https://city.example.gov.cn/arms.png"}).status_code == 200
    after = context.nobody().ask("GET", "/desk", root=True).headers["Content-Security-Policy"]

    assert "img-src 'self' data: blob:;" in before
    assert after == before.replace("img-src 'self'", "img-src 'self' https://city.example.gov.cn")
