"""What is sealed for the hall is opened by the hall and by nobody else, whichever version sealed it."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.seal import sealed
from server.record.keys import Keys

KEYS = Keys(bytes(range(32)))
HOLDER = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
TICKET = "abcdefgh-a001"
# made by the kiosk of version 0.1 (7ca1f3d) for KEYS and TICKET
OLD = (
    "Ld350BKpzY9milxy+eIO9fm2qBJ+60Dnd2yrEA+ySjzmoXwyelhmhhNgCSdzcaQY6nGOjOzgfChXTrjLm52MaQ3ZA8QpixeZASn9YnEPHImu"
    "86OfI1RA/hTgjg8GE8CQUE9+nQalIAecJgd03K4PuBF6XEQbwsbDvydxXzZeTTxQx9HXyA=="
)


@pytest.mark.parametrize("box", [OLD, sealed(HOLDER, KEYS.public_seal(), TICKET)], ids=["0.1", "now"])
def test_the_hall_opens_what_a_kiosk_sealed_for_that_ticket_only(box):
    assert KEYS.unseal(box, TICKET) == HOLDER

    assert KEYS.unseal(box, "abcdefgh-a002") is None
    assert Keys(bytes(32)).unseal(box, TICKET) is None
    assert KEYS.unseal(box[:-8] + "AAAAAAA=", TICKET) is None


@pytest.mark.parametrize("box", [None, "", "no base64!", "AAAA", base64.b64encode(bytes(40)).decode()])
def test_what_is_no_box_is_nobody(box):
    assert KEYS.unseal(box, TICKET) is None


def test_a_kept_answer_is_bound_to_the_hall_and_one_of_the_version_before_still_opens():
    nonce = os.urandom(12)
    old = base64.b64encode(nonce + AESGCM(KEYS.mac("answers", "seal")).encrypt(nonce, b"secret", None)).decode()

    assert KEYS.unlock("answer", old, "") == KEYS.unlock("answer", KEYS.lock("answer", "secret", ""), "") == "secret"
    assert Keys(bytes(32)).unlock("answer", old, "") is None
