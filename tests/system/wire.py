"""A raw client: HTTP and WebSocket bytes by hand, so that a test can send what no library would. Standard library only."""
import base64
import http.client
import json
import os
import socket
import struct
import urllib.parse

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
WITHIN_S = 30  # an upper bound for a machine that is busy, never a measure


def request(url: str, method: str, path: str, body=None, headers=None):
    """(status, headers, body) of one HTTP request."""
    host = urllib.parse.urlsplit(url).netloc
    connection = http.client.HTTPConnection(host, timeout=WITHIN_S)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def bearer(token: str) -> dict:
    return {"Authorization": f"Bearer {token}"}


def raw(url: str, data: bytes, until_closed: bool = True) -> bytes:
    """Sends bytes on a connection of their own; what came back until the server closed it."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=WITHIN_S) as connection:
        connection.sendall(data)
        answer = b""
        while True:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                return answer
            if not piece:
                return answer
            answer += piece
            if not until_closed and b"\r\n\r\n" in answer:
                return answer


# Protobuf, as far as these tests need it.

def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value) -> bytes:
    """A varint for an int, length-delimited for bytes and text."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fixed64(number: int, value: int) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def read_varint(data: bytes, at: int):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data: bytes) -> list:
    """[(number, value)] of a message."""
    found, at = [], 0
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            value, at = read_varint(data, at)
        elif tag & 7 == 1:
            value, at = struct.unpack_from("<Q", data, at)[0], at + 8
        elif tag & 7 == 2:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {tag & 7}")
        found.append((tag >> 3, value))
    return found


def hello(instance: int) -> bytes:
    return field(1, fixed64(1, instance))


def submit(counter: int, command: bytes, previous=None) -> bytes:
    before = counter - 1 if previous is None else previous
    return field(2, field(1, counter) + (field(2, before) if before else b"") + field(3, command))


def note_add(id_: str, text: str) -> bytes:
    return field(40, field(1, id_) + field(2, "general") + field(5, text))


WELCOME, ACK, ENTITY, NOTICE, PONGED, SYNCED = 1, 2, 3, 6, 7, 8  # fields of ServerMessage


class Closed(Exception):
    """The server closed the connection, with a code or (0) without."""

    def __init__(self, code: int):
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """A live connection, byte by byte."""

    def __init__(self, url: str, token: str, path: str = "/ws", headers=()):
        parts = urllib.parse.urlsplit(url)
        self.connection = socket.create_connection((parts.hostname, parts.port), timeout=WITHIN_S)
        lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(),
                 *([f"Authorization: Bearer {token}"] if token else []), *headers]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            piece = self.connection.recv(65536)
            if not piece:
                raise Closed(0)
            self.buffer += piece
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split(b" ")[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    @staticmethod
    def frame(first: int, payload: bytes, claimed=None, masked: bool = True) -> bytes:
        size = len(payload) if claimed is None else claimed
        bit = 0x80 if masked else 0
        if size < 126:
            head = bytes([first, bit | size])
        elif size < 65536:
            head = bytes([first, bit | 126]) + struct.pack(">H", size)
        else:
            head = bytes([first, bit | 127]) + struct.pack(">Q", size)
        if not masked:
            return head + payload
        mask = os.urandom(4)
        return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))

    def send_bytes(self, data: bytes):
        try:
            self.connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # what the server said before is still to be read

    def send(self, payload: bytes):
        self.send_bytes(self.frame(0x80 | BINARY, payload))

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            try:
                piece = self.connection.recv(65536)
            except ConnectionResetError:
                raise Closed(0) from None
            if not piece:
                raise Closed(0)
            self.buffer += piece
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive(self) -> tuple:
        """(opcode, payload) of the next frame; raises Closed."""
        first, size = self._take(2)
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
        payload = self._take(size)
        if first & 15 == CLOSE:
            raise Closed(struct.unpack(">H", payload[:2])[0] if payload else 0)
        return first & 15, payload

    def until(self, kind: int) -> bytes:
        """The first field `kind` of a ServerMessage that comes."""
        while True:
            opcode, payload = self.receive()
            if opcode != BINARY:
                continue
            for number, value in fields(payload):
                if number == kind:
                    return value

    def close_code(self) -> tuple:
        """(code, text of the last notice) when the server closes."""
        notice = ""
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == BINARY:
                    for number, value in fields(payload):
                        if number == NOTICE:
                            notice = dict(fields(value)).get(2, b"").decode()
        except Closed as closed:
            return closed.code, notice

    def greeted(self, instance: int):
        self.send(hello(instance))
        self.until(SYNCED)
        return self


def access_of(server, access: dict, people=("P01", "P02")) -> dict:
    """Tokens of a few participants of the sample meeting."""
    tokens = dict(access["tokens"])
    for person in people:
        status, _, body = request(server.url, "POST", f"/api/meeting/{access['meeting']}/seats", json.dumps({"person": person}),
                                  bearer(tokens["organiser"]))
        assert status == 200, body
        tokens[person] = json.loads(body)["token"]
    return tokens
