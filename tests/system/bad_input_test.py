"""Whatever comes in on a socket: a clear error to the one who sent it, nobody else notices, nothing is lost."""
import json
import random
import unittest

import wire
from wire import ACK, BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Closed, Socket
from world import Server

RANDOM_BODIES = 10_000
SEED = 20261124

REFUSAL_OK, REFUSAL_BAD_COMMAND, REFUSAL_OUT_OF_ORDER, REFUSAL_NODE_FIELD = 0, 60, 61, 62


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.access = cls.server.create()
        cls.tokens = wire.access_of(cls.server, cls.access)
        cls.instances = iter(range(1_000, 10_000_000))
        # Somebody who behaves: sees every message that the others see, and must notice nothing of this.
        cls.witness = Socket(cls.server.url, cls.tokens["P02"]).greeted(next(cls.instances))
        cls.counter = 0
        organiser = Socket(cls.server.url, cls.tokens["organiser"]).greeted(next(cls.instances))
        organiser.send(wire.submit(1, wire.field(1, b"")))  # MeetingOpen
        organiser.until(ACK)
        cls.witness_says(wire.field(10, b""))  # Join

    @classmethod
    def tearDownClass(cls):
        cls.witness.connection.close()
        cls.server.__exit__(None)

    @classmethod
    def witness_says(cls, command: bytes):
        """The one who behaves is served, on the same connection."""
        cls.counter += 1
        cls.witness.send(wire.submit(cls.counter, command))
        ack = dict(wire.fields(cls.witness.until(ACK)))
        if (ack.get(1), ack.get(3, 0)) != (cls.counter, REFUSAL_OK):
            raise AssertionError(f"the witness was told {ack}")

    def setUp(self):
        self.url = self.server.url

    def tearDown(self):
        self.witness_says(wire.note_add(f"W{self.counter + 1}", "still here"))

    def open(self, **more) -> Socket:
        return Socket(self.url, self.tokens["P01"], **more)

    def greeted(self) -> Socket:
        return self.open().greeted(next(self.instances))

    # Frames

    def test_closes_frames_that_break_the_protocol_with_1002(self):
        frame = Socket.frame
        cases = {
            "not masked": frame(0x82, b"x", masked=False),
            "reserved bit": frame(0xC2, b"x"),
            "reserved opcode": frame(0x83, b"x"),
            "long ping": frame(0x80 | PING, b"x" * 126),
            "ping in pieces": frame(PING, b"x"),
            "continuation of nothing": frame(0x80 | CONTINUATION, b"x"),
            "message inside a message": frame(BINARY, b"x") + frame(0x80 | BINARY, b"y"),
            "close of one byte": frame(0x80 | CLOSE, b"x"),
            "length 2^63": frame(0x82, b"", claimed=1 << 63),
        }
        for name, data in cases.items():
            with self.subTest(name), self.greeted() as connection:
                connection.send_bytes(data)
                self.assertEqual(connection.close_code()[0], 1002)

    def test_closes_what_is_too_big_with_1009_before_it_has_come(self):
        for size in (288 * 1024 + 1, 1 << 40):
            with self.subTest(size), self.greeted() as connection:
                connection.send_bytes(Socket.frame(0x82, b"", claimed=size))
                self.assertEqual(connection.close_code()[0], 1009)

    def test_takes_a_message_in_pieces_of_a_byte_with_pings_between(self):
        with self.greeted() as connection:
            message = wire.submit(1, wire.note_add("PIECES", "in pieces"))
            data = Socket.frame(BINARY, message[:1])
            for byte in message[1:-1]:
                data += Socket.frame(CONTINUATION, bytes([byte])) + Socket.frame(0x80 | PING, b"p")
            data += Socket.frame(0x80 | CONTINUATION, message[-1:])
            for at in range(0, len(data), 7):
                connection.send_bytes(data[at:at + 7])
            ack = dict(wire.fields(connection.until(ACK)))
            self.assertEqual(ack.get(1), 1)

    def test_answers_a_ping_with_its_own_words(self):
        with self.greeted() as connection:
            connection.send_bytes(Socket.frame(0x80 | PING, b"hello"))
            opcode, payload = connection.receive()
            while opcode != PONG:
                opcode, payload = connection.receive()
            self.assertEqual(payload, b"hello")

    def test_refuses_text_messages_with_1003(self):
        with self.greeted() as connection:
            connection.send_bytes(Socket.frame(0x80 | TEXT, b"hello"))
            self.assertEqual(connection.close_code()[0], 1003)

    def test_answers_a_close_with_a_close(self):
        with self.greeted() as connection:
            connection.send_bytes(Socket.frame(0x80 | CLOSE, b"\x03\xe8"))
            self.assertEqual(connection.close_code()[0], 1000)

    # Tokens and handshakes

    def test_lets_nobody_in_without_a_good_token(self):
        for token in ("", "x", "A" * 43, "A" * 5_000):
            with self.subTest(token[:5]), Socket(self.url, token) as connection:
                self.assertEqual(connection.status, 401)

    def test_refuses_a_seat_whose_page_is_of_another_site(self):
        status, headers, body = wire.request(self.url, "POST", "/api/session", json.dumps({"token": self.tokens["P01"]}))
        self.assertEqual(status, 200)
        seat = json.loads(body)["seat"]
        cookie = "Cookie: " + headers["Set-Cookie"].split(";")[0]
        self.assertIn("HttpOnly", headers["Set-Cookie"])
        self.assertIn("SameSite=Strict", headers["Set-Cookie"])
        self.assertIn(f"Path=/s/{seat}/", headers["Set-Cookie"])
        host = self.url.removeprefix("http://")
        path = f"/s/{seat}/ws"
        for origin, status in (("http://evil.example", 403), ("null", 403), (f"http://{host}", 101)):
            with self.subTest(origin), Socket(self.url, "", path, (cookie, f"Origin: {origin}")) as connection:
                self.assertEqual(connection.status, status)
        with Socket(self.url, "", path, (f"Origin: http://{host}", "Cookie: atelier-seat=" + "A" * 43)) as connection:
            self.assertEqual(connection.status, 401)

    def test_refuses_heads_and_bodies_over_their_limits(self):
        answer = wire.raw(self.url, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 9_000 + b"\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 431"), answer[:100])
        answer = wire.raw(self.url, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 101 + b"\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 431"), answer[:100])
        answer = wire.raw(self.url, b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413"), answer[:100])
        answer = wire.raw(self.url, b"POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                          b"10001\r\n" + b"x" * 0x10001 + b"\r\n0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413"), answer[:100])
        for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"):
            answer = wire.raw(self.url, nonsense + b"\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400"), answer[:100])

    def test_says_what_is_wrong_with_a_body(self):
        for path, body in (("/api/session", "{"), ("/api/session", "[1]"), ("/api/session", '{"token":7}'),
                           ("/api/join", '{"code":"0"'), ("/api/join", "{}" * 9)):
            with self.subTest(body):
                status, _, answer = wire.request(self.url, "POST", path, body)
                self.assertEqual(status, 400)
                self.assertTrue(json.loads(answer)["message"])
        status, _, _ = wire.request(self.url, "POST", "/api/meetings", b"\xff", wire.bearer(self.tokens["organiser"]))
        self.assertEqual(status, 401)  # a meeting's organiser is not the server's

    def test_slows_down_who_guesses_join_codes(self):
        statuses = [wire.request(self.url, "GET", f"/api/join/{number:010}")[0] for number in range(31)]
        self.assertEqual(statuses[:30], [404] * 30)
        self.assertEqual(statuses[30], 429)

    # Messages

    def test_ends_a_connection_that_does_not_say_hello_first_with_1008(self):
        for message in (wire.submit(1, wire.note_add("K1", "x")), wire.field(7, b""), wire.field(3, wire.field(1, "A1"))):
            with self.subTest(message), self.open() as connection:
                connection.send(message)
                code, notice = connection.close_code()
                self.assertEqual(code, 1008)
                self.assertIn("Hello", notice)

    def test_ends_a_connection_that_says_hello_twice_or_seeks(self):
        for message in (wire.hello(5), wire.field(6, b"")):
            with self.subTest(message), self.greeted() as connection:
                connection.send(message)
                self.assertEqual(connection.close_code()[0], 1008)

    def test_refuses_unknown_commands_and_node_fields_and_serves_on(self):
        cases = (
            (wire.field(1_000, b""), REFUSAL_BAD_COMMAND),
            (b"", REFUSAL_BAD_COMMAND),
            (wire.field(40, wire.field(1, "K9") + wire.field(99, "?")), REFUSAL_BAD_COMMAND),
            (wire.field(30, wire.field(1, "A9") + wire.field(4, b"\x00\x00")), REFUSAL_NODE_FIELD),
            (wire.field(51, wire.field(1, "V1") + wire.field(4, b"sealed")), REFUSAL_NODE_FIELD),
        )
        with self.greeted() as connection:
            for counter, (command, expected) in enumerate(cases, start=1):
                connection.send(wire.submit(counter, command, previous=0))
                ack = dict(wire.fields(connection.until(ACK)))
                self.assertEqual((ack.get(1), ack.get(2, 0), ack.get(3)), (counter, 0, expected))
                self.assertTrue(ack[4])
            connection.send(wire.submit(9, wire.note_add("AFTER", "after"), previous=0))
            self.assertIn(2, dict(wire.fields(connection.until(ACK))))

    def test_refuses_commands_that_come_in_a_wrong_order(self):
        with self.greeted() as connection:
            connection.send(wire.submit(5, wire.note_add("K5", "x"), previous=4))
            self.assertEqual(dict(wire.fields(connection.until(ACK)))[3], REFUSAL_OUT_OF_ORDER)
            connection.send(wire.submit(1, wire.note_add("K5", "x"), previous=7))
            self.assertEqual(dict(wire.fields(connection.until(ACK)))[3], REFUSAL_BAD_COMMAND)

    def test_tells_a_clear_error_for_each_of_ten_thousand_random_bodies(self):
        print(f"seed {SEED}")
        chance = random.Random(SEED)
        connection, counter, ended, acknowledged = None, 0, 0, 0
        good = wire.submit(1, wire.note_add("R", "random"))
        for _ in range(RANDOM_BODIES):
            if connection is None:
                connection, counter = self.greeted(), 0
            if chance.random() < 0.3:  # a good message with some bytes changed
                body = bytearray(good)
                for _ in range(chance.randint(1, 4)):
                    body[chance.randrange(len(body))] = chance.randrange(256)
                body = bytes(body)
            elif chance.random() < 0.5:  # a command of random fields
                counter += 1
                body = wire.submit(counter, wire.field(chance.randint(1, 90), chance.randbytes(chance.randrange(40))), previous=0)
            else:
                body = chance.randbytes(chance.randrange(1, 200))
            connection.send(body)
            connection.send(wire.field(7, wire.field(1, 77)))  # a ping: its answer says that the server goes on
            try:
                while True:
                    opcode, payload = connection.receive()
                    kinds = [number for number, _ in wire.fields(payload)] if opcode == BINARY else []
                    acknowledged += ACK in kinds
                    if wire.PONGED in kinds:
                        break
            except Closed as closed:
                self.assertIn(closed.code, (1007, 1008))
                ended += 1
                connection.connection.close()
                connection = None
        print(f"{ended} connections ended with a reason, {acknowledged} commands answered")
        self.assertGreater(ended, 1_000)
        self.assertGreater(acknowledged, 100)


if __name__ == "__main__":
    unittest.main()
