"""Ask clamd whether a file has a virus: INSTREAM over TCP or a UNIX socket (clamd(8), "COMMANDS")."""

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

_PIECE = 1 << 16
_PATIENCE = 30.0  #: seconds without a sign of life
_LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Clean:
    pass


@dataclass(frozen=True, slots=True)
class Infected:
    name: str  #: of the virus, as clamd calls it


@dataclass(frozen=True, slots=True)
class Unsure:
    why: str  #: clamd has looked and cannot say


Verdict = Clean | Infected | Unsure


def scan(address: str, file: BinaryIO) -> Verdict:
    """`address` is host:port or a path. OSError if clamd is not there or does not answer: ask again later."""
    with closing(_connected(address)) as clamd:
        return _verdict(_asked(clamd, file))


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE)
    clamd = socket.socket(socket.AF_UNIX)
    try:
        clamd.settimeout(_PATIENCE)
        clamd.connect(address)
    except OSError:
        clamd.close()
        raise
    return clamd


def _asked(clamd: socket.socket, file: BinaryIO) -> str:
    try:
        clamd.sendall(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            clamd.sendall(struct.pack("!L", len(piece)) + piece)
        clamd.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        if answer := _answer(clamd):  # it says why it listens no longer: the file is larger than its limit
            return answer
        raise
    return _answer(clamd)


def _answer(clamd: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        if not (more := clamd.recv(_LONGEST_ANSWER)):
            break
        answer += more
    return answer.partition(b"\0")[0].decode("utf-8", errors="replace").strip()


def _verdict(answer: str) -> Verdict:
    """`stream: OK`, `stream: Eicar-Signature FOUND`, `... ERROR`."""
    if not answer:
        raise ConnectionError("clamd ended the conversation without an answer")
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return Clean()
    if said.endswith("FOUND"):
        return Infected(said.removesuffix("FOUND").strip()[:200] or "?")
    return Unsure(said.removesuffix("ERROR").strip()[:200])
