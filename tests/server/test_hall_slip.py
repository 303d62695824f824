"""The slip of a hall: set on a page, drawn by the code that prints, told to kiosks; never without the wait it promises."""

import base64
import io

import pytest
from PIL import Image

NO_WAIT = {"words": {"zh": {"highlights": [["前面等候", "{ahead} 人"]]}}}


def put(c, value):
    return c.manager.put("/settings/slip", value=value)


@pytest.mark.parametrize("value, word", [(NO_WAIT, "多久"), ({"words": {"zh": {"footer": ["{waitt}"]}}}, "词"),
                                         ({"words": {"xx": {}}}, "多久"), ({"words": {"zh": {"number": ""}}}, "number")])  # fmt: skip
def test_a_slip_that_does_not_say_the_wait_or_names_what_is_not_there_is_not_saved(context, value, word):
    before = context.manager.get("/settings/slip").json["value"]

    refused = put(context, value)

    assert refused.status_code == 422 and word in str(refused.json["errors"])
    assert context.manager.get("/settings/slip").json["value"] == before


def test_a_kiosk_is_told_the_slip_and_the_page_all_parts_of_it(context):
    own = {"words": {"zh": {"footer": ["请在二楼等候"], "highlights": [], "lines": ["要等 {wait}"]}}}

    assert put(context, own).status_code == 200
    effective = context.manager.get("/settings/slip").json["effective"]

    assert context.kiosk.get("/hall").json["slip"] == own and "slip" not in context.nobody().get("/hall").json
    assert effective["words"]["zh"]["footer"] == ["请在二楼等候"] and effective["words"]["zh"]["label"] == "您的号码"
    assert "{wait}" in str(effective["words"]["en"]["highlights"])


def test_the_picture_is_what_the_printers_code_draws_of_what_is_tried(context):
    seq = context.seq if context.manager else 0
    draw = lambda **tried: context.manager.post("/slip/picture", **tried)
    size = lambda answer: Image.open(io.BytesIO(base64.b64decode(answer.json["png"]))).size

    plain, narrow = draw(), draw(width=384, language="en")
    longer = draw(value={"words": {"zh": {"footer": ["一句"] * 12}}}, language="zh")

    assert size(plain)[0] == 576 and size(narrow)[0] == 384 and size(longer)[1] > size(plain)[1]
    assert draw(language="no").json["errors"][0]["field"] == "language"
    assert draw(value=NO_WAIT).status_code == 422 and draw(service="nothing").status_code == 404 and context.seq == seq
    assert context.kiosk.post("/slip/picture").status_code == 403


def test_the_picture_may_be_of_several_services_at_once(context):
    package = {"code": "birth", "name": {"zh": "出生一件事"}, "legs": [{"service": "tax"}, {"service": "social"}]}
    assert context.manager.put("/settings/packages", value={"items": [package]}).status_code == 200
    tall = lambda **tried: Image.open(io.BytesIO(base64.b64decode(context.manager.post("/slip/picture", **tried).json["png"]))).height

    plain = tall(package="birth", value={"words": {"zh": {"stations": ["{nth}. {station}"]}}})

    assert plain > tall(value={}) and tall(package="birth", value={"words": {"zh": {"stations": ["{nth}. {station}"] * 4}}}) > plain
    assert context.manager.post("/slip/picture", package="none").status_code == 404
