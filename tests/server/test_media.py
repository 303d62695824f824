"""Pictures and clips of notices: what boards are told, what is served from the folder, and that nothing else is."""

from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture
def folder(context, tmp_path):
    folder = context.server.context.media.folder
    folder.mkdir()
    with BytesIO() as picture:
        Image.new("RGB", (8, 6), "navy").save(picture, "PNG")
        (folder / "教你办 1.png").write_bytes(picture.getvalue())
    (folder / "clip.mp4").write_bytes(bytes(range(100)))
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "out.png").symlink_to(tmp_path / "data" / "hall.db")
    return folder


def test_a_notice_has_a_picture_of_the_folder_and_boards_find_it_there(context, folder):
    names = [one["name"] for one in context.manager.get("/media").json["items"]]
    assert names == ["clip.mp4", "教你办 1.png"]

    made = context.manager.post("/notices", text={"zh": "网上办更快"}, media="教你办 1.png")
    assert made.status_code == 201
    (shown,) = context.nobody().get("/board").json["notices"]
    assert shown["media"] == "教你办 1.png"
    picture = context.nobody().ask("GET", "/media/教你办 1.png", root=True)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    part = context.nobody().ask("GET", "/media/clip.mp4", root=True, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.headers["Content-Type"], part.data) == (206, "video/mp4", bytes(range(10, 20)))

    refused = context.manager.put(f"/notices/{shown['id']}", text="网上办更快", media="missing.png")
    assert refused.status_code == 404 and "missing.png" in refused.text
    assert context.nobody().get("/board").json["notices"][0]["media"] == "教你办 1.png"


@pytest.mark.parametrize("name", ["notes.txt", ".hidden.png", "out.png", "..%2Fhall.db", "%2e%2e/hall.db", "none.png", "x" * 200 + ".png"])
def test_nothing_else_is_served(context, folder, name):
    assert context.nobody().ask("GET", f"/media/{name}", root=True).status_code == 404
    assert context.manager.post("/notices", text="x", media=name).status_code in (404, 422)


def test_who_may_set_nothing_does_not_see_the_folder(context, folder):
    assert context.of("clerk").get("/media").status_code == 403
