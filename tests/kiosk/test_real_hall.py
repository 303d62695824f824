"""The same kiosk before a real hall server: card, number, paper, and the server's books."""

import subprocess
import sys

import pytest
import zxingcpp
from soon import until
from tools.alone import HALL, Machine, free_port, rows

from drivers.printer.virtual import VirtualPrinter
from drivers.reader.virtual import VirtualReader


@pytest.fixture
def server(tmp_path):
    port = free_port()
    (tmp_path / "hall.toml").write_text(HALL, encoding="utf-8")
    config = tmp_path / "server.toml"
    config.write_text(f'[server]\nport = {port}\nthreads = 20\n[hall]\nfile = "hall.toml"\n[voice]\nengine = "none"\n')
    hall = [sys.executable, "-m", "hallfloor"]
    data = tmp_path / "data"
    made = Machine(
        "server",
        [*hall, "server", "--config", str(config), "--data", str(data)],
        f"http://127.0.0.1:{port}/readyz",
        tmp_path / "server.log",
    )
    made.start()
    made.wait()
    made.address, made.data = f"http://127.0.0.1:{port}", data
    made.hall = lambda *words: subprocess.run([*hall, *words], capture_output=True, text=True)
    made.token = made.hall("token", "--data", str(data), "--role", "kiosk", "--name", "k1").stdout.strip()
    yield made
    made.kill()


def test_from_card_to_slip_through_a_server_that_dies_and_comes_back(start, server):
    reader, printer = VirtualReader(), VirtualPrinter(width=576)
    try:
        hand = start(
            server={"url": server.address, "token": server.token},
            reader={"url": reader.url, "poll": 100},
            printer={"url": printer.url},
        )
        until(lambda: hand.get()["server"] == "ok" and hand.kiosk.numbers.left().get("social"))

        # a card, with the server there
        reader.lay("resident")
        hand.see("choosing")
        hand.press("choose", service="social")
        hand.press("confirm")
        online = hand.see("done")["ticket"]
        assert online["number"] == "A001"
        assert zxingcpp.read_barcodes(printer.wait(1).convert("L"))[0].text == online["url"] == f"{server.address}/t/{online['track']}"
        reader.lift()
        hand.see("done", card_left=False)

        # another, while it is dead
        server.kill()
        until(lambda: hand.get()["server"] == "away")
        reader.lay("hmt")
        hand.see("choosing")
        hand.press("choose", service="social")
        hand.press("confirm")
        alone = hand.see("done")["ticket"]
        assert alone["number"] == "AX001" and alone["offline"]
        assert zxingcpp.read_barcodes(printer.wait(2).convert("L"))[0].text == alone["url"]

        # and its number is in line when the server is back, under the person's masked name
        server.start()
        server.wait()
        until(lambda: hand.kiosk.spool.counts() == {"new": 0, "merged": 1, "refused": 0})
        found = rows(server.data / "hall.db", "select t.number, v.name from tickets t join visitors v on v.ticket = t.id order by line_at")
        assert found == [("A001", "张*"), ("AX001", "陈*文")]
        assert hand.kiosk.client.get(f"/track/{alone['track']}").data["number"] == "AX001"
        assert server.hall("verify", "--data", str(server.data)).stdout.startswith("ok ")
        assert server.hall("replay", "--data", str(server.data)).returncode == 0
        for planted in ("张三", "11010519491231002X", "810000198001010014"):
            for file in server.data.parent.rglob("*"):
                if file.is_file():
                    assert planted.encode() not in file.read_bytes(), file
    finally:
        reader.close()
        printer.close()
