"""A replay connection shows the meeting as it was; a server that is told to end tells its people and ends well."""
import json
import signal
import unittest

import wire
from wire import ENTITY, NOTICE, SYNCED, WELCOME, Closed, Socket
from world import Server, sample_scripts

TEXT_UPDATE = 4
DRAINING = 1
GOING_AWAY = 1001


def entities(message: bytes) -> dict:
    """key -> bytes of every entity in a ServerMessage that is not removed."""
    found = {}
    for number, value in wire.fields(message):
        inside = dict(wire.fields(value)) if number == ENTITY else {}
        if inside and not inside.get(3):
            found[inside[1].decode()] = value
    return found


class ReplayConnection(unittest.TestCase):
    def test_shows_any_second_with_its_entities_and_texts_and_only_to_those_who_lead(self):
        with Server() as server:
            access = server.create()
            server.rehearse(access, sample_scripts(), "max")
            tokens = wire.access_of(server, access)
            with Socket(server.url, tokens["P01"], "/replay") as refused:
                self.assertEqual(refused.status, 403)
            with Socket(server.url, tokens["facilitator"], "/replay") as replay:
                for second, there, not_there in ((0, "meeting", "vote/V1"), (570, "vote/V1", "question/Q01"), (700, "question/Q02", "report/R1")):
                    replay.send(wire.field(6, wire.field(1, second * 1000) + wire.field(2, "A1")))
                    _, message = replay.receive()
                    kinds = [number for number, _ in wire.fields(message)]
                    self.assertEqual((kinds[0], kinds[-1]), (WELCOME, SYNCED))
                    self.assertEqual(TEXT_UPDATE in kinds, "text/A1" in entities(message))
                    self.assertIn(there, entities(message))
                    self.assertNotIn(not_there, entities(message))
                replay.send(wire.field(6, wire.field(1, (1 << 64) - 1)))  # -1: the end
                _, end = replay.receive()
                status, _, body = wire.request(server.url, "GET", f"/api/meeting/{access['meeting']}/entities",
                                               headers=wire.bearer(tokens["organiser"]))
                self.assertEqual(status, 200)
                self.assertEqual(set(json.loads(body)["entities"]), set(entities(end)))


class Draining(unittest.TestCase):
    def test_tells_everybody_stores_what_it_acknowledged_and_ends_with_0(self):
        with Server() as server:
            access = server.create()
            token = access["tokens"]["organiser"]
            with Socket(server.url, token) as organiser, Socket(server.url, token) as other:
                organiser.greeted(1)
                other.greeted(2)
                organiser.send(wire.submit(1, wire.field(1, b"")))
                seq = dict(wire.fields(organiser.until(wire.ACK)))[2]
                server.process.send_signal(signal.SIGTERM)
                for connection in (organiser, other):
                    self.assertEqual(dict(wire.fields(connection.until(NOTICE)))[1], DRAINING)
                    with self.assertRaises(Closed) as closed:
                        while True:
                            connection.receive()
                    self.assertEqual(closed.exception.code, GOING_AWAY)
            self.assertEqual(server.process.wait(timeout=30), 0)
            self.assertGreater(seq, 0)


if __name__ == "__main__":
    unittest.main()
