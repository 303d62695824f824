"""espeak-ng in a process of its own: a line of JSON in, a WAV file and a line of JSON out. Run by drivers.speaker.espeak as a program;
imports nothing of ours, so that the engine and its licence stay on this side of a pipe.
"""

import ctypes
import json
import os
import sys
import wave
from typing import Any

RATE, VOLUME = 1, 2  # espeak_PARAMETER
SYNCHRONOUS, UTF8 = 2, 1


def main() -> None:
    import espeakng_loader  # pyright: ignore[reportMissingTypeStubs]

    lib = ctypes.CDLL(espeakng_loader.get_library_path())
    lib.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    lib.espeak_Synth.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2, *[ctypes.c_void_p] * 2]
    rate = lib.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    heard = bytearray()

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    def hear(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    lib.espeak_SetSynthCallback(hear)
    for line in sys.stdin:
        ask = json.loads(line)
        heard.clear()
        if lib.espeak_SetVoiceByName(ask["voice"].encode()):
            answer = {"ok": False, "why": f"espeak-ng has no voice {ask['voice']}"}
        else:
            lib.espeak_SetParameter(RATE, ask["rate"], 0)
            lib.espeak_SetParameter(VOLUME, ask["volume"], 0)
            text = ask["text"].encode() + b"\0"
            failed = lib.espeak_Synth(text, len(text), 0, 1, 0, UTF8, None, None) or lib.espeak_Synchronize()
            answer = {"ok": False, "why": f"espeak-ng failed ({failed})"} if failed or not heard else save(ask["path"], bytes(heard), rate)
        print(json.dumps(answer), flush=True)


def save(path: str, samples: bytes, rate: int) -> dict[str, Any]:
    part = path + ".part"
    try:
        with wave.open(part, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples)
        os.replace(part, path)
    except OSError as error:
        return {"ok": False, "why": f"{path} cannot be written ({error.strerror})"}
    return {"ok": True, "seconds": len(samples) / 2 / rate}


if __name__ == "__main__":
    main()
