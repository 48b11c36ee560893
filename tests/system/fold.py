#!/usr/bin/env python3
"""A second, independent fold of a meeting's scripts: the outcome and every entity, from the content and the events alone.

    fold.py --content DIR SCRIPT.jsonl…                 prints the outcome (the shape of `atelier outcome --format json`)
    fold.py --content DIR --check EXPECTED SCRIPT.jsonl…  compares every field of EXPECTED; exit code 1 if one differs

It shares no code with the server. It decides every refusal by itself and fails when a mark of the script disagrees.
"""
import argparse
import json
import pathlib
import re
import sys

from fold_text import Text
from fold_votes import Vote

WHILE_CLOSED = {"replay_start", "report_publish"}


def event_order(events: list) -> list:
    return sorted(events, key=lambda event: event["t"])


def load_events(paths: list) -> list:
    lines = [line for path in paths for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]
    return event_order([json.loads(line) for line in lines if line.strip()])


class Content:
    """What the meeting was made from."""

    def __init__(self, folder: str):
        def read(name):
            return json.loads((pathlib.Path(folder) / name).read_text(encoding="utf-8"))

        self.meeting = read("meeting_halfday.json")
        self.networks = {entry["id"]: entry for entry in read("networks.json")["networks"]}
        self.activities = {entry["id"]: entry for entry in read("action_plan.json")["activities"]}
        self.practices = {entry["id"]: entry for entry in read("good_practices.json")["practices"]}
        self.aspects = [entry["id"] for entry in read("comparison_aspects.json")["aspects"]]
        self.cards = [line.split(",", 1)[0] for name in ("baseline_audit_findings.csv", "survey_items.csv")
                      for line in (pathlib.Path(folder) / name).read_text(encoding="utf-8").splitlines()[1:]
                      if re.match(r"(AF-|S)[0-9]+,", line)]
        self.titles = {entry["id"]: entry["title"] for entry in read("strategy.json")["aspirations"]}
        self.titles |= {"vision": "Vision", "mission": "Mission"}

    def aspect(self, words: str) -> str:
        """The script writes an aspect's id with blanks for hyphens."""
        return words if words in self.aspects else words.replace(" ", "-")


    def phase(self, item: dict, order: int) -> dict:
        start = minutes(self.meeting["starts"])
        title = item["phase"].replace("_", " ").capitalize()
        return {"phase": item["phase"], "title": title, "content": item["content"], "state": "later", "order": order,
                "planned_starts_s": (minutes(item["starts"]) - start) * 60,
                "planned_ends_s": (minutes(item["ends"]) - start) * 60, "times": {}}

    def person(self, entry: dict) -> dict:
        hosts = {table["host"] for table in self.meeting["tables"].values()}
        observes = self.networks[entry["net"]]["status"].startswith("observer")
        role = "observer" if observes else "table_host" if entry["id"] in hosts else "participant"
        return {"id": entry["id"], "role": role, "function": entry["role"], "network": entry["net"],
                "organisation": entry["org"], "lang": entry["lang"], "mode": entry["mode"], "table": entry["table"],
                "joined": False, "present": False}

    def staff(self, entry: dict) -> dict:
        role = {"organiser": "organiser", "lead facilitator": "facilitator", "co-facilitator": "co_facilitator"}
        return {"id": entry["id"], "role": role[entry["role"]], "function": entry["role"], "network": "", "lang": "en",
                "mode": "room", "joined": False, "present": False}

    def activity(self, identifier: str) -> dict:
        source = self.activities.get(identifier, {})
        same = ("title", "aspiration", "objective", "description", "start", "due", "indicator", "status",
                "progress_percent", "risk", "first_step", "evidence", "practices")
        fields = {"id": identifier} | {field: source[field] for field in same if field in source}
        if source:
            resources = source["resources"]
            fields |= {"funding": source["funding_source"], "target": str(source["target"]),
                       "resources": f"{resources['person_days']} person days, EUR {resources['eur']}"}
        return fields

    def practice(self, event: dict) -> dict:
        """What is posted, completed by the library's practice of that id."""
        posted = {"id": event["id"], "title": event["title"], "network": event["net"], "summary": event["summary"]}
        source = self.practices.get(event["id"])
        if source is None:
            return posted
        renamed = {"institution": "main_institution", "resources": "resources_needed", "evidence": "evidence_of_success",
                   "challenges": "challenges_encountered", "lessons": "lessons_learned",
                   "transfer": "potential_for_transfer"}
        return posted | {name: source[key] for name, key in renamed.items()} | {
            "location": f"{source['location']['region']}, {source['location']['country']}", "level": source["level"],
            "period": f"{source['period']['from']} to {source['period']['to']}",
            "target_groups": ", ".join(source["target_groups"]), "keywords": ", ".join(source["keywords"]),
            "contact_role": source["contact_role"], "outcome": source["outcome"], "aspiration": source["aspiration"],
            "roadmap_step": str(source["roadmap_step"])}


def words(plain: str) -> int:
    """Runs without blanks that hold a letter or digit: a lone dash is no word."""
    return sum(1 for word in plain.split() if any(character.isalnum() for character in word))


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


class Fold:
    def __init__(self, content: Content):
        self.content = content
        self.state = "created"
        self.phase = ""
        self.opened_s = 0
        self.phases = {item["phase"]: content.phase(item, order) for order, item in enumerate(content.meeting["agenda"])}
        self.people = {person["id"]: content.person(person) for person in content.meeting["participants"]}
        self.people |= {person["id"]: content.staff(person) for person in content.meeting["staff"]}
        self.people["SCREEN"] = {"id": "SCREEN", "role": "projector", "network": "", "joined": False, "present": False}
        self.boards = {}
        self.questions, self.upvotes = {}, {}
        self.flags = {}
        self.texts, self.text_entities, self.texts_before, self.edits = {}, {}, {}, {}
        self.notes, self.ideas, self.lists = {}, {}, {}
        self.votes, self.heard = {}, None
        self.activities = {}
        self.steps, self.matrix, self.row_order = {}, {}, []
        self.practices, self.useful = {}, {}
        self.pledges, self.reports = {}, {}
        self.rejected = []
        self.mistakes = []

    # -- driving ----------------------------------------------------------------------------------

    def play(self, events: list) -> None:
        for event in events:
            why = self.refusal(event)
            marked = event.get("why") if event.get("expect") == "rejected" else None
            if why != marked:
                self.mistakes.append(f"t={event['t']} {event['by']} {event['do']}: marked {marked!r}, rules say {why!r}")
            if why is None:
                getattr(self, "do_" + event["do"])(event)
            else:
                self.rejected.append(why)

    def refusal(self, event: dict):
        verb = event["do"]
        if self.state == "closed" and verb not in WHILE_CLOSED:
            return "meeting is closed"
        if verb == "note_add" and not event["text"].strip():
            return "empty note"
        if verb == "text_edit" and self.texts[event["doc"]].frozen:
            return "document is frozen"
        if verb in ("idea_add", "ideas_merge", "ideas_split") and "ideas" in self.lists:
            return "list is frozen"
        if verb in ("vote_cast", "vote_change"):
            return self.votes[event["vote"]].refusal(event, self.people[event["by"]])
        if verb == "activity_claim" and event["as"] == "owner":
            owner = self.activities.get(event["id"], {}).get("owner", "")
            return "activity already has an owner" if owner not in ("", event["net"]) else None
        return None

    # -- agenda and attendance --------------------------------------------------------------------

    def do_meeting_open(self, event):
        self.state, self.opened_s = "open", event["t"]

    def do_meeting_close(self, event):
        self.state = "closed"

    def do_phase_start(self, event):
        phase = self.phases[event["phase"]]
        self.phase = event["phase"]
        phase |= {"state": "now", "minutes": event["minutes"], "rounds": event.get("rounds", 0)}
        phase["times"]["started_s"] = event["t"]

    def do_phase_end(self, event):
        self.phases[event["phase"]]["state"] = "done"
        self.phases[event["phase"]]["times"]["ended_s"] = event["t"]
        self.phase = "" if self.phase == event["phase"] else self.phase

    def do_join(self, event):
        person = self.people[event["by"]]
        person |= {"joined": True, "present": True, "function": event["role"], "network": event["net"],
                   "lang": event["lang"], "table": event["table"], "mode": event["mode"]}

    def do_leave(self, event):
        self.people[event["by"]]["present"] = False

    do_drop = do_leave

    def do_reconnect(self, event):
        self.people[event["by"]]["present"] = True

    def do_table_boards(self, event):
        self.boards |= event["tables"]

    # -- questions and evidence ---------------------------------------------------------------------

    def do_question_post(self, event):
        self.questions[event["id"]] = {"id": event["id"], "author": event["by"], "lang": event["lang"],
                                       "text": event["text"], "times": {"posted_s": event["t"]}}
        self.upvotes.setdefault(event["id"], set())

    def do_upvote(self, event):
        # An upvote may be older than its question (both were on their way); it counts once the question is there.
        self.upvotes.setdefault(event["question"], set()).add(event["by"])

    def do_flag(self, event):
        self.flags[event["by"]] = list(dict.fromkeys(event["cards"]))

    # -- texts ----------------------------------------------------------------------------------------

    def do_doc_open(self, event):
        self.texts[event["doc"]] = Text(event["text"], "")
        self.texts_before[event["doc"]] = event["text"]
        self.text_entities[event["doc"]] = {"id": event["doc"], "version": event["version"],
                                             "title": self.content.titles.get(event["doc"], ""),
                                             "order": len(self.text_entities)}

    def do_text_edit(self, event):
        edit = f"{event['t']} {event['by']} {event['find']}"
        if not self.texts[event["doc"]].replace(edit, event["by"], event["find"], event["put"]):
            self.mistakes.append(f"t={event['t']}: {event['find']!r} is not in {event['doc']}")
        self.edits.setdefault((event["doc"], event["t"]), []).append(edit)

    def do_text_undo(self, event):
        second = int(event["of"].rsplit("=", 1)[1])
        for edit in self.edits[(event["doc"], second)]:
            self.texts[event["doc"]].take_back(edit, event["by"], f"{event['t']} {event['by']} undo")

    def do_doc_freeze(self, event):
        for text in event["docs"]:
            self.texts[text].frozen = True

    # -- wall ----------------------------------------------------------------------------------------

    def do_note_add(self, event):
        self.notes[event["id"]] = {"id": event["id"], "board": event["board"], "kind": event.get("kind", ""),
                                   "lang": event.get("lang", ""), "text": event["text"], "author": event["by"],
                                   "times": {"posted_s": event["t"]}}

    def do_note_hide(self, event):
        self.notes[event["id"]] |= {"hidden": True, "hidden_why": event["why"]}

    def new_idea(self, event, identifier, column, text, of):
        self.ideas[identifier] = {"id": identifier, "column": column, "lang": event.get("lang", ""), "text": text,
                                  "author": event["by"], "of": list(of), "objections": [], "merged_into": "",
                                  "times": {"posted_s": event["t"]}}
        for part in of:
            self.ideas[part]["merged_into"] = identifier

    def do_idea_add(self, event):
        self.new_idea(event, event["id"], event["column"], event["text"], [])

    def do_ideas_merge(self, event):
        self.new_idea(event, event["id"], event["column"], event["text"], event["of"])

    def do_ideas_split(self, event):
        whole = self.ideas[event["id"]]
        for part in whole["of"]:
            self.ideas[part]["merged_into"] = ""
        for part in event["into"]:
            if part["id"] in self.ideas:
                self.ideas[part["id"]] |= {"text": part["text"], "of": list(part["of"])}
                for source in part["of"]:
                    self.ideas[source]["merged_into"] = part["id"]
            else:
                self.new_idea(event, part["id"], whole["column"], part["text"], part["of"])

    def do_merge_object(self, event):
        self.ideas[event["id"]]["objections"].append({"author": event["by"], "text": event["text"]})

    def do_list_freeze(self, event):
        self.lists[event["list"]] = {"id": event["list"], "frozen": True, "options": list(event["options"])}

    # -- votes -----------------------------------------------------------------------------------------

    def do_vote_open(self, event):
        second_of = ""
        if event["kind"] == "fist_to_five" and self.heard and set(event["options"]) <= set(self.heard[1]):
            second_of, self.heard = self.heard[0], None
        vote = self.votes[event["vote"]] = Vote(event, second_of)
        vote.entitled = len(event["delegates"]) if vote.of_networks() else self.entitled_persons()

    def entitled_persons(self) -> int:
        return sum(1 for person in self.people.values() if person["network"])

    def do_vote_cast(self, event):
        self.votes[event["vote"]].cast(event, self.people[event["by"]])

    do_vote_change = do_vote_cast

    def do_vote_close(self, event):
        self.votes[event["vote"]].open = False
        self.votes[event["vote"]].closed_s = event["t"]

    def do_hear_concerns(self, event):
        self.heard = (event["vote"], event["options"])
        self.votes[event["vote"]].concerns = list(event["options"])

    # -- plan --------------------------------------------------------------------------------------------

    def plan(self, identifier: str) -> dict:
        """The activity in the meeting's plan; it enters from the library when it is first used."""
        if identifier not in self.activities:
            self.activities[identifier] = {"activity": self.content.activity(identifier), "owner": "", "partners": set(),
                                           "from_idea": "", "drafted": False}
        return self.activities[identifier]

    def do_activity_draft(self, event):
        self.plan(event["id"]).update(from_idea=event["from_idea"], drafted=True)
        if event.get("title"):
            self.plan(event["id"])["activity"]["title"] = event["title"]

    def do_activity_claim(self, event):
        activity = self.plan(event["id"])
        if event["as"] == "owner":
            activity["owner"] = event["net"]
        else:
            activity["partners"].add(event["net"])

    def do_activity_edit(self, event):
        self.plan(event["id"])["activity"][event["field"]] = event["value"]

    def do_park(self, event):
        parked = {"parked": True, "parked_why": event["why"]}
        if event["id"] in self.ideas:
            self.ideas[event["id"]] |= parked
        else:
            self.plan(event["id"]).update(parked=True)

    # -- model, practices, pledges, report ---------------------------------------------------------------

    def do_step_place(self, event):
        self.steps[event["net"]] = {"network": event["net"], "step": event["step"], "text": event["text"]}

    def do_matrix_set(self, event):
        row = self.matrix.setdefault(event["net"], {})
        if "aspect" in event:
            cells = {self.content.aspect(event["aspect"]): (event["t"], event["value"])}
        else:
            if isinstance(event["aspects"], list):
                self.row_order = [self.content.aspect(aspect) for aspect in event["aspects"]]
            cells = {aspect: (event["t"], value) for aspect, value in zip(self.row_order, event["values"])}
        for aspect, (second, value) in cells.items():
            # Values set in the same second by several people: any of them may stay.
            rivals = row[aspect][1] if aspect in row and row[aspect][0] == second else set()
            row[aspect] = (second, rivals | {value or 0})

    def do_practice_post(self, event):
        self.practices[event["id"]] = {"practice": self.content.practice(event), "author": event["by"],
                                       "order": len(self.practices)}
        self.useful[event["id"]] = set()

    def do_react(self, event):
        self.useful[event["practice"]].add(event["by"])

    def do_pledge_add(self, event):
        self.pledges[event["id"]] = {"id": event["id"], "network": event["net"], "practice": event["practice"],
                                     "due": event["due"], "text": event["text"], "contact_role": event["contact_role"],
                                     "author": event["by"]}

    def do_report_publish(self, event):
        self.reports[event["report"]] = {"id": event["report"], "times": {"published_s": event["t"]}}

    def do_replay_start(self, event):
        pass  # A replay looks; it changes nothing that is seen.

    # -- the outcome ---------------------------------------------------------------------------------------

    def flag_counts(self) -> dict:
        counts = {}
        for cards in self.flags.values():
            for card in cards:
                counts[card] = counts.get(card, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def outcome(self) -> dict:
        claimed = {identifier: {"owner": entry["owner"], "partners": sorted(entry["partners"])}
                   for identifier, entry in self.activities.items() if entry["owner"]}
        return {
            "notice": self.content.meeting["notice"],
            "participants": sum(1 for person in self.people.values() if person["joined"]),
            **{vote.id: vote.result() for vote in self.votes.values()},
            "question_upvotes": {question: len(self.upvotes[question]) for question in sorted(self.questions)},
            "evidence_flags": self.flag_counts(),
            "texts_before": self.texts_before,
            "texts_after": {text: self.texts[text].plain() for text in self.texts},
            "activities_claimed": claimed,
            "parked": sorted(key for key, idea in self.ideas.items() if idea.get("parked"))
            + sorted(key for key, activity in self.activities.items() if activity.get("parked")),
            "step_positions": {network: self.steps[network]["step"] for network in sorted(self.steps)},
            "practices_posted": list(self.practices),
            "useful_reactions": {practice: len(self.useful[practice]) for practice in sorted(self.useful)},
            "pledges": len(self.pledges),
            "rejected_events": len(self.rejected),
            "rejected_reasons": sorted(set(self.rejected)),
            "entities": self.entities(),
        }

    def entities(self) -> dict:
        tables = {name: {"id": name, "host": table["host"], "mode": table["mode"], "board": self.boards.get(name, ""),
                         "members": table["members"]} for name, table in self.content.meeting["tables"].items()}
        return {
            "meeting": {"meeting": {"title": self.content.meeting["title"], "notice": self.content.meeting["notice"],
                                    "rehearsal": True, "state": self.state, "phase": self.phase,
                                    "joined": sum(1 for p in self.people.values() if p["joined"]),
                                    "present": sum(1 for p in self.people.values() if p["present"]),
                                    "times": {"opened_s": self.opened_s}}},
            "phase": self.phases,
            "person": self.people,
            "table": tables,
            "question": {key: entry | {"upvotes": len(self.upvotes[key])} for key, entry in self.questions.items()},
            "evidence": {card: {"id": card, "flags": self.flag_counts().get(card, 0)} for card in self.content.cards},
            "text": {key: entry | {"frozen": self.texts[key].frozen, "words": words(self.texts[key].plain()),
                                   "plain": self.texts[key].plain(), "letters_by": self.texts[key].letters_by()}
                     for key, entry in self.text_entities.items()},
            "note": self.notes, "idea": self.ideas, "list": self.lists,
            "vote": {vote.id: vote.entity() for vote in self.votes.values()},
            "activity": {key: entry | {"partners": sorted(entry["partners"])} for key, entry in self.activities.items()},
            "step": self.steps,
            "matrix_row": {network: {"network": network, "cells": {aspect: sorted(values)[0] if len(values) == 1
                                                                   else {"one_of": sorted(values)}
                                                                   for aspect, (_, values) in row.items() if values != {0}}}
                           for network, row in self.matrix.items()},
            "practice": {key: entry | {"useful": len(self.useful[key])} for key, entry in self.practices.items()},
            "pledge": self.pledges,
            "report": self.reports,
        }


def fold_scripts(content_folder: str, scripts: list) -> Fold:
    fold = Fold(Content(content_folder))
    fold.play(load_events(scripts))
    return fold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--content", required=True, help="folder with the content the meeting was made from")
    parser.add_argument("--check", help="compare with every field of this expected file")
    parser.add_argument("scripts", nargs="+")
    arguments = parser.parse_args()
    fold = fold_scripts(arguments.content, arguments.scripts)
    for mistake in fold.mistakes:
        print("script:", mistake, file=sys.stderr)
    outcome = fold.outcome()
    if not arguments.check:
        print(json.dumps(outcome, indent=1, ensure_ascii=False))
        return 1 if fold.mistakes else 0
    expected = json.loads(pathlib.Path(arguments.check).read_text(encoding="utf-8"))
    expected.pop("notice", None)  # words of the generator about the file itself
    wrong = [field for field in expected if outcome.get(field) != expected[field]]
    for field in wrong:
        print(f"{field}: expected {expected[field]!r}, folded {outcome.get(field)!r}", file=sys.stderr)
    print(f"{len(expected) - len(wrong)} of {len(expected)} fields equal")
    return 1 if wrong or fold.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
