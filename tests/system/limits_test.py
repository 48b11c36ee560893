"""How many connections and how large a Hello a live meeting takes: each limit at its value and one beyond."""
import contextlib
import json
import time
import unittest

import wire
import world
from wire import Socket

PERSON, SEAT, UNSAID = 8, 4, 200
HELLO_BYTES = 64 * 1024
HELLO_S = 5
SWITCHED, TOO_MANY, FULL = 101, 429, 503


def live_meeting(server) -> dict:
    return json.loads(world.run(world.ATELIER, "create", "--server", server.url, "--organiser-token-file",
                                server.data / "organiser-token", "--from", world.CONTENT, "--live"))


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = world.Server().__enter__()
        cls.url = cls.server.url
        cls.tokens = wire.access_of(cls.server, live_meeting(cls.server), [f"P{number:02}" for number in range(1, 60)])

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None)

    def test_a_person_has_eight_connections(self):
        with contextlib.ExitStack() as opened:
            for number in range(PERSON):
                self.assertEqual(opened.enter_context(Socket(self.url, self.tokens["P01"])).status, SWITCHED, number)
            self.assertEqual(opened.enter_context(Socket(self.url, self.tokens["P01"])).status, TOO_MANY)
            self.assertEqual(opened.enter_context(Socket(self.url, self.tokens["P02"])).status, SWITCHED)

    def test_a_seat_has_four_and_the_person_still_others(self):
        _, headers, body = wire.request(self.url, "POST", "/api/session", json.dumps({"token": self.tokens["P03"]}))
        path = f"/s/{json.loads(body)['seat']}/ws"
        fields = ("Cookie: " + headers["Set-Cookie"].split(";")[0], "Origin: " + self.url)
        with contextlib.ExitStack() as opened:
            for number in range(SEAT):
                self.assertEqual(opened.enter_context(Socket(self.url, "", path, fields)).status, SWITCHED, number)
            self.assertEqual(opened.enter_context(Socket(self.url, "", path, fields)).status, TOO_MANY)
            self.assertEqual(opened.enter_context(Socket(self.url, self.tokens["P03"])).status, SWITCHED)

    def test_a_hello_has_64_kib_and_what_follows_more(self):
        def padded(size: int) -> bytes:  # the state vector of a text that nobody knows
            hello = wire.hello(77)
            return wire.field(1, wire.fields(hello)[0][1] + wire.field(15, b"x" * size))

        room = HELLO_BYTES - len(padded(HELLO_BYTES - 100)) + HELLO_BYTES - 100
        self.assertEqual(len(padded(room)), HELLO_BYTES)
        with Socket(self.url, self.tokens["P04"]) as connection:
            connection.send(padded(room))
            connection.until(wire.WELCOME)
            connection.send(wire.field(1, b"") + wire.field(99, b"x" * HELLO_BYTES))  # larger, and wrong in another way
            self.assertNotEqual(connection.close_code()[0], 1009)
        with Socket(self.url, self.tokens["P04"]) as connection:
            connection.send(padded(room + 1))
            self.assertEqual(connection.close_code()[0], 1009)

    def test_two_hundred_connections_have_not_said_hello_and_each_of_them_five_seconds(self):
        people = [f"P{number:02}" for number in range(5, 60)]
        with contextlib.ExitStack() as opened:
            begun = time.monotonic()
            sockets = [opened.enter_context(Socket(self.url, self.tokens[people[at // PERSON]])) for at in range(UNSAID)]
            self.assertEqual({one.status for one in sockets}, {SWITCHED})
            late = opened.enter_context(Socket(self.url, self.tokens["P59"]))
            if time.monotonic() - begun < HELLO_S:  # else the first of them have been closed again
                self.assertEqual(late.status, FULL)
            self.assertEqual(sockets[-1].close_code()[0], 1008)
            self.assertGreater(time.monotonic() - begun, HELLO_S - 1)
            for one in sockets:
                one.connection.close()
            while opened.enter_context(Socket(self.url, self.tokens["P59"])).status != SWITCHED:  # until the server has seen it
                self.assertLess(time.monotonic() - begun, wire.WITHIN_S)
                time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
