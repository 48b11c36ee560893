#!/usr/bin/env python3
"""Makes another half-day of the same grammar as the sample scripts: same content, other people, votes, edits and refusals.

    make_script.py --content DIR --seed N --out FOLDER      writes FOLDER/script_1.jsonl … script_3.jsonl, prints the seed

Same seed, same files. Events of one second commute (apart from one matrix cell that two people set at once).
"""
import argparse
import json
import pathlib
import random

from fold_text import Text

WORDS = ["bridge", "harvest", "workshop", "mentor", "signal", "lantern", "orchard", "compass", "atelier", "ferry", "kiln", "loom"]
PHRASES = ["Who pays for the hours?", "Γιατί όχι;", "Können wir das kürzer sagen?", "¿Y después?", "שלום לכולם", "Päivää 👩🏽‍🏫",
           "<b>bold?</b> & \"quotes\"", "Zwei Zeilen? Nein.", "'); DROP TABLE notes;--", "naïve café", "One page is enough."]


class Maker:
    def __init__(self, content_folder: str, seed: int):
        def read(name):
            return json.loads((pathlib.Path(content_folder) / name).read_text(encoding="utf-8"))

        self.random = random.Random(seed)
        self.meeting = read("meeting_halfday.json")
        self.strategy = read("strategy.json")
        self.practices = read("good_practices.json")["practices"]
        self.activities = read("action_plan.json")["activities"]
        self.aspects = [aspect["id"] for aspect in read("comparison_aspects.json")["aspects"]]
        self.evidence = [f"AF-{n:02}" for n in range(1, 37)] + [f"S{n:02}" for n in range(1, 21)]
        self.events = []
        self.t = 0
        people = self.meeting["participants"][:]
        self.random.shuffle(people)
        self.people = people[: self.random.randint(25, len(people))]
        self.observers = [person for person in people if person["net"] == "N09"][:1]
        for network in [f"N0{n}" for n in range(1, 9)]:  # two of every network, so that each has a delegate and another
            members = [person for person in people if person["net"] == network]
            self.people += [person for person in members[:2] if person not in self.people]
        self.people += [person for person in self.observers if person not in self.people]

    # -- small helpers -----------------------------------------------------------------------------------

    def add(self, by: str, do: str, **fields) -> None:
        self.events.append({"t": self.t, "by": by, "do": do} | fields)

    def refused(self, by: str, do: str, why: str, **fields) -> None:
        self.add(by, do, expect="rejected", why=why, **fields)

    def step(self, at_most: int = 20) -> None:
        self.t += self.random.randint(1, at_most)

    def someone(self) -> dict:
        return self.random.choice(self.people)

    def of(self, network: str) -> dict:
        return self.random.choice([person for person in self.people if person["net"] == network])

    def phrase(self) -> str:
        return " ".join(self.random.sample(PHRASES, self.random.randint(1, 2)))

    def crowd(self, share: float = 1.0) -> list:
        people = [person for person in self.people if self.random.random() < share]
        self.random.shuffle(people)
        return people

    def phase(self, name: str, minutes: int, **more) -> None:
        self.step()
        self.add("F1", "phase_start", phase=name, minutes=minutes, **more)
        self.step()

    def end(self, name: str) -> None:
        self.step()
        self.add("F1", "phase_end", phase=name)

    # -- part 1 --------------------------------------------------------------------------------------------

    def arrive(self) -> None:
        self.add("ORG1", "meeting_open", meeting="M1", title=self.meeting["title"])
        self.phase("arrive", 10)
        choices = ["yes", "no", "nearly"]
        self.add("F1", "vote_open", vote="V1", kind="choice", question="Do you know three people here?", choices=choices,
                 electorate="participants", secret=self.random.random() < 0.5)
        for person in self.crowd():
            self.t += self.random.randint(0, 3)
            self.add(person["id"], "join", net=person["net"], role=person["role"], lang=person["lang"],
                     table=person["table"], mode=person["mode"])
        self.step()
        voters = self.crowd(0.8)
        for person in voters:
            self.t += self.random.randint(0, 2)
            self.add(person["id"], "vote_cast", vote="V1", choice=self.random.choice(choices))
        self.step()
        for person in self.random.sample(voters, min(3, len(voters))):
            self.add(person["id"], "vote_cast", vote="V1", choice=self.random.choice(choices))
        self.close_vote("V1", {"choice": "no"})
        self.end("arrive")

    def close_vote(self, vote: str, late: dict) -> None:
        self.step()
        self.add("F1", "vote_close", vote=vote)
        self.step()
        if self.random.random() < 0.7:
            self.refused(self.someone()["id"], "vote_cast", "vote is closed", vote=vote, **late)

    def questions(self) -> None:
        self.phase("presentation", 15)
        names = [f"Q{n:02}" for n in range(1, self.random.randint(5, 14))]
        early = self.random.choice(names)
        self.add(self.someone()["id"], "upvote", question=early)
        voted = {early: {self.events[-1]["by"]}}
        for name in names:
            self.step()
            author = self.someone()
            self.add(author["id"], "question_post", id=name, lang=author["lang"], text=self.phrase())
        self.step()
        for _ in range(self.random.randint(10, 60)):
            name, person = self.random.choice(names), self.someone()["id"]
            if person not in voted.setdefault(name, set()):
                voted[name].add(person)
                self.add(person, "upvote", question=name)
                self.t += self.random.randint(0, 3)
        self.end("presentation")
        self.phase("evidence", 15)
        for person in self.crowd(0.8):
            self.add(person["id"], "flag", cards=self.random.sample(self.evidence, self.random.randint(1, 2)))
            self.t += self.random.randint(0, 2)
        self.step()
        for person in self.crowd(0.1):
            self.add(person["id"], "flag", cards=self.random.sample(self.evidence, 2))
        self.end("evidence")

    def cafe(self) -> None:
        self.phase("strategy_cafe", 45, rounds=3)
        self.texts = {}
        for aspiration in self.strategy["aspirations"]:
            name, words = aspiration["id"], aspiration["statement"].split(" ")
            cut = self.random.randint(min(8, len(words)), len(words))
            self.texts[name] = Text(" ".join(words[:cut]), "")
            self.add("F1", "doc_open", doc=name, text=self.texts[name].plain(), version=f"0.{self.random.randint(1, 9)}")
        self.step()
        tables = {table: self.random.choice(list(self.texts)) for table in self.meeting["tables"]}
        self.add("F1", "table_boards", tables=tables)
        self.write()
        self.notes()
        self.step()
        frozen = self.random.sample(list(self.texts), self.random.randint(1, len(self.texts)))
        self.add("F1", "doc_freeze", docs=frozen)
        self.step()
        target = self.random.choice(frozen)
        word = self.texts[target].plain().split(" ")[0]
        self.refused(self.someone()["id"], "text_edit", "document is frozen", doc=target, find=word, put=word.upper())
        self.end("strategy_cafe")

    def write(self) -> None:
        """Edits at places of their own: every one takes two words that nobody took before."""
        self.taken = {name: set() for name in self.texts}
        undone = self.random.randint(2, 6)
        for number in range(self.random.randint(8, 16)):
            self.step()
            name = self.random.choice(list(self.texts))
            self.edit(name, number)
            if self.random.random() < 0.4:  # a second one in the same second, same text or another
                self.edit(self.random.choice([name, self.random.choice(list(self.texts))]), 100 + number)
            elif number == undone:
                edits = [event for event in self.events[-1:] if event["do"] == "text_edit"]
                for event in edits:
                    self.step()
                    self.add("F2", "text_undo", doc=event["doc"], of=f"the edit at t={event['t']}", note="not agreed")

    def edit(self, name: str, number: int) -> None:
        words = self.texts[name].plain().split(" ")
        places = [at for at in range(len(words) - 1)
                  if self.texts[name].plain().count(words[at] + " " + words[at + 1]) == 1
                  and not {at - 1, at, at + 1, at + 2} & self.taken[name]]
        if not places:
            return
        at = self.random.choice(places)
        self.taken[name] |= {at, at + 1}
        find = words[at] + " " + words[at + 1]
        put = self.random.choice([f"{words[at]} {self.random.choice(WORDS)}{number}{words[at + 1]}",
                                  f"{words[at]}‑{number} {words[at + 1]}", f"{words[at]}{words[at + 1]}{number}é😀",
                                  f"{number}{words[at]} {words[at + 1]}", f"{words[at]}, {number}"])
        self.add(self.someone()["id"], "text_edit", doc=name, find=find, put=put)

    def notes(self) -> None:
        names = [f"K{n:02}" for n in range(1, self.random.randint(10, 50))]
        for name in names:
            self.t += self.random.randint(0, 5)
            author = self.someone()
            self.add(author["id"], "note_add", board=self.random.choice(list(self.texts)), id=name,
                     kind=self.random.choice(["for whom", "example", "risk"]), lang=author["lang"], text=self.phrase())
        for blank in ["", "   ", "\t"]:
            self.refused(self.someone()["id"], "note_add", "empty note", board="A1", text=blank)
        self.step()
        for name in self.random.sample(names, 2):
            self.add("F2", "note_hide", id=name, why="twice on the wall")

    def grades(self, options: list, lowest: int) -> dict:
        values = {option: self.random.randint(lowest, 5) for option in options}
        reasons = {option: self.phrase() for option, value in values.items() if value < 3 and self.random.random() < 0.7}
        return {"values": values} | ({"reasons": reasons} if reasons else {})

    def fist(self) -> None:
        self.phase("strategy_vote", 15)
        options = list(self.texts)
        self.vote_fist("V3", options, 0)
        self.step()
        again = self.random.sample(options, self.random.randint(1, 3))
        self.add("F1", "hear_concerns", vote="V3", options=sorted(again))
        self.step()
        self.vote_fist("V3b", sorted(again), self.random.choice([0, 2, 3]))

    def vote_fist(self, vote: str, options: list, lowest: int) -> None:
        self.add("F1", "vote_open", vote=vote, kind="fist_to_five", options=options, electorate="participants", secret=True)
        self.step()
        voters = self.crowd(0.9)
        for person in voters:
            self.add(person["id"], "vote_cast", vote=vote, **self.grades(options, lowest))
            self.t += self.random.randint(0, 2)
        self.step()
        for person in self.random.sample(voters, min(2, len(voters))):
            self.add(person["id"], "vote_change", vote=vote, values={self.random.choice(options): self.random.randint(3, 5)})
        self.close_vote(vote, {"values": {option: 4 for option in options}})

    def dots(self, vote: str, options: list) -> None:
        budget, cap = self.random.randint(3, 6), self.random.randint(1, 3)
        self.add("F1", "vote_open", vote=vote, kind="dot", options=options, dots=budget, max_per_option=cap,
                 electorate="participants", secret=self.random.random() < 0.7)
        self.step()
        for person in self.crowd(0.9):
            ballot = self.spread(options, budget, cap)
            self.add(person["id"], "vote_cast", vote=vote, dots=ballot)
            if self.random.random() < 0.05:  # a bad connection sends it again
                self.add(person["id"], "vote_cast", vote=vote, dots=ballot, note="sent twice")
            self.t += self.random.randint(0, 2)
        self.step()
        over_budget = {}
        for option in options:
            over_budget[option] = min(cap, budget + 1 - sum(over_budget.values()))
        over_budget = {option: count for option, count in over_budget.items() if count > 0}
        if sum(over_budget.values()) > budget:
            self.refused(self.someone()["id"], "vote_cast", "more dots than allowed", vote=vote, dots=over_budget)
        self.refused(self.someone()["id"], "vote_cast", "more dots on one option than allowed", vote=vote,
                     dots={options[0]: cap + 1})
        self.refused(self.someone()["id"], "vote_cast", "unknown option", vote=vote, dots={"X9": 1})
        self.close_vote(vote, {"dots": {options[0]: 1}})

    def spread(self, options: list, budget: int, cap: int) -> dict:
        ballot = {}
        for _ in range(self.random.randint(1, budget)):
            option = self.random.choice(options[: 2 + len(options) // 2] if self.random.random() < 0.5 else options)
            if ballot.get(option, 0) < cap:
                ballot[option] = ballot.get(option, 0) + 1
        return dict(sorted(ballot.items()))

    # -- part 2 ------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        self.phase("break", 15)
        sleepers = self.crowd(0.6)
        for person in sleepers:
            self.t += self.random.randint(0, 3)
            self.add(person["id"], "drop", why="device sleeps")
        self.step(100)
        self.end("break")
        for person in sleepers:
            self.t += self.random.randint(0, 1)
            self.add(person["id"], "reconnect")

    def plan(self) -> None:
        self.phase("action_plan", 40)
        names = [f"I{n:02}" for n in range(1, self.random.randint(14, 30))]
        for name in names:
            author = self.someone()
            self.add(author["id"], "idea_add", id=name, column=self.random.choice(list(self.texts)), lang=author["lang"],
                     text=self.phrase())
            self.t += self.random.randint(0, 4)
        self.merge(names)
        options = sorted({event["id"] for event in self.events if event["do"] == "ideas_merge"} | set(self.parts))
        self.add("F1", "list_freeze", list="ideas", options=options)
        self.step()
        self.refused(self.someone()["id"], "idea_add", "list is frozen", column="A1", text="Too late")
        self.dots("V5", options)
        self.claims(options)
        for idea in self.random.sample(options, 2):
            self.step()
            self.add("F1", "park", id=idea, why="nobody has time")
        self.end("action_plan")

    def merge(self, names: list) -> None:
        rest = names[:]
        self.random.shuffle(rest)
        number = 0
        groups = {}
        while rest and number < 9:
            self.step()
            number += 1
            size = self.random.randint(1, 3)
            groups[f"M{number:02}"] = sorted(rest[:size])
            rest = rest[size:]
            self.add("F2", "ideas_merge", id=f"M{number:02}", column=self.random.choice(list(self.texts)), text=self.phrase(),
                     of=groups[f"M{number:02}"])
        self.parts = []
        for name in [name for name, of in groups.items() if len(of) >= 2][:2]:
            self.step()
            self.add(self.someone()["id"], "merge_object", id=name, text="Please split.")
            self.step()
            number += 1
            self.parts.append(f"M{number:02}")
            self.add("F2", "ideas_split", id=name,
                     into=[{"id": name, "text": self.phrase(), "of": groups[name][:1]},
                           {"id": f"M{number:02}", "text": self.phrase(), "of": groups[name][1:]}])
        self.step()

    def claims(self, options: list) -> None:
        for activity in self.random.sample(self.activities, self.random.randint(5, 12)):
            self.step()
            self.add("F2", "activity_draft", id=activity["id"], from_idea=self.random.choice(options))
            networks = self.random.sample([f"N0{n}" for n in range(1, 9)], self.random.randint(2, 5))
            for position, network in enumerate(networks):
                self.step()
                self.claim(activity["id"], network, "owner" if position == 0 else "partner")
            if self.random.random() < 0.4:
                self.step()
                self.refused(self.of(networks[-1])["id"], "activity_claim", "activity already has an owner", id=activity["id"],
                             net=networks[-1], **{"as": "owner"})
        self.step()
        self.add("F2", "activity_draft", id=self.spare(), from_idea=options[0])
        self.step()
        self.add(self.of("N04")["id"], "activity_claim", id=self.events[-1]["id"], net="N00", **{"as": "owner"})

    def claim(self, activity: str, network: str, role: str) -> None:
        self.add(self.of(network)["id"], "activity_claim", id=activity, net=network, **{"as": role})

    def spare(self) -> str:
        drafted = {event["id"] for event in self.events if event["do"] == "activity_draft"}
        return next(activity["id"] for activity in self.activities if activity["id"] not in drafted)

    # -- part 3 ------------------------------------------------------------------------------------------------

    def model(self) -> None:
        self.phase("network_model", 40)
        networks = [f"N0{n}" for n in range(1, 10)]
        for network in self.random.sample(networks, self.random.randint(5, 9)):
            self.step()
            self.add(self.of(network)["id"], "step_place", net=network, step=self.random.randint(1, 7), text=self.phrase())
        aspects = [aspect.replace("-", " ") for aspect in self.aspects]
        for position, network in enumerate(networks):
            self.step()
            values = [self.random.choice([1, 2, 3, 4, 5, None]) for _ in aspects]
            self.add(self.of(network)["id"], "matrix_set", net=network, values=values,
                     aspects=aspects if position == 0 else "same order")
        self.step()
        pair = [person for person in self.people if person["net"] == "N04"][:2]
        for value, person in enumerate(pair, 1):
            self.add(person["id"], "matrix_set", net="N04", aspect="funding", value=value)
        self.practice_wall()
        self.end("network_model")

    def practice_wall(self) -> None:
        posted = []
        for practice in self.random.sample(self.practices, self.random.randint(6, 14)):
            writers = [person for person in self.people if person["net"] == practice["network"]]
            if not writers:
                continue
            self.step()
            posted.append(practice["id"])
            self.add(self.random.choice(writers)["id"], "practice_post", id=practice["id"], net=practice["network"],
                     title=practice["title"], summary=practice["summary"])
        liked = set()
        for _ in range(60):
            pair = (self.random.choice(posted), self.someone()["id"])
            if pair not in liked:
                liked.add(pair)
                self.add(pair[1], "react", practice=pair[0], kind="useful")
                self.t += self.random.randint(0, 2)
        for number in range(1, self.random.randint(6, 20)):
            self.step()
            author = self.someone()
            self.add(author["id"], "pledge_add", id=f"PL{number:02}", net=author["net"], practice=self.random.choice(posted),
                     due="2027-0" + str(self.random.randint(1, 9)), text=self.phrase(), contact_role="coordinator")

    def decide(self) -> None:
        self.phase("decision", 15)
        delegates = {f"N0{n}": self.of(f"N0{n}")["id"] for n in range(1, 9)}
        choices = ["consent", "consent with a concern", "objection"]
        self.add("F1", "vote_open", vote="V6", kind="consent", question="The plan goes into effect.", choices=choices,
                 electorate="networks", delegates=delegates, secret=False)
        objecting = []
        choosing = self.random.sample(sorted(delegates), self.random.randint(6, 8))
        for network in choosing:
            self.step()
            choice = self.random.choice(choices)
            reason = {} if choice == "consent" else {"reason": self.phrase()}
            self.add(delegates[network], "vote_cast", vote="V6", net=network, choice=choice, **reason)
            objecting += [network] if choice == "objection" else []
        self.step()
        for observer in self.observers:
            self.refused(observer["id"], "vote_cast", "observer is not entitled", vote="V6", net="N09", choice="consent")
        others = [person for person in self.people if person["net"] in choosing and person["id"] not in delegates.values()]
        if others:
            other = self.random.choice(others)
            self.refused(other["id"], "vote_cast", "network has voted through its delegate", vote="V6", net=other["net"],
                         choice="consent")
        for network in objecting[: self.random.choice([len(objecting), max(0, len(objecting) - 1)])]:
            self.step()
            self.add(delegates[network], "activity_edit", id=self.random.choice(self.activities)["id"], field="funding",
                     value="own contribution, shared")
            self.step()
            self.add(delegates[network], "vote_change", vote="V6", net=network, choice="consent")
        self.step()
        self.add("F1", "vote_close", vote="V6")
        self.end("decision")

    def harvest(self) -> None:
        self.phase("harvest", 15)
        items = ["worth my time", "I was heard", "I know my next step"]
        self.add("F1", "vote_open", vote="V7", kind="rating", items=items, scale=[1, 5], electorate="participants",
                 anonymous=True)
        for person in self.crowd(0.7):
            self.t += self.random.randint(1, 3)
            self.add(person["id"], "vote_cast", vote="V7", values=[self.random.randint(1, 5) for _ in items])
        self.step()
        self.add("F1", "vote_close", vote="V7")
        for person in self.crowd(0.2):
            self.step()
            self.add(person["id"], "leave")
        self.step()
        self.add("ORG1", "report_publish", report="R1", meeting="M1")
        self.end("harvest")
        self.step()
        self.add("ORG1", "meeting_close", meeting="M1")
        self.step()
        self.refused(self.someone()["id"], "note_add", "meeting is closed", board="A1", text="One more")
        self.step()
        self.add("ORG1", "replay_start", report="R1", speed=20)

    def parts_of_script(self) -> list:
        cuts = []
        self.arrive()
        self.questions()
        self.cafe()
        self.fist()
        self.step()
        objectives = [f"A{a}.{o}" for a in range(1, 5) for o in range(1, 4)]
        self.add("F1", "list_freeze", list="objectives", options=objectives)
        self.step()
        self.dots("V4", objectives)
        self.end("strategy_vote")
        cuts.append(len(self.events))
        self.pause()
        self.plan()
        cuts.append(len(self.events))
        self.model()
        self.decide()
        self.harvest()
        return [self.events[: cuts[0]], self.events[cuts[0]: cuts[1]], self.events[cuts[1]:]]


def make(content: str, seed: int, out: str) -> list:
    """Writes the scripts and gives their paths."""
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, events in enumerate(Maker(content, seed).parts_of_script(), 1):
        path = folder / f"script_{number}.jsonl"
        path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
        paths.append(str(path))
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--content", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    print("seed", arguments.seed, *make(arguments.content, arguments.seed, arguments.out))


if __name__ == "__main__":
    main()
