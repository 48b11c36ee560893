"""Independent tallies of the votes in a script: exact integers and fractions, one rounding for display."""
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

SECOND_ROUND_BELOW_MAX_PERCENT = 5  # voting.md: fist to five, second round
PASS_FLOOR = 3


def rounded(value: Fraction, places: int) -> float:
    """`value` to `places` decimals, half to even, decided on the exact fraction."""
    scaled = value * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1):
        whole += 1
    return float(Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN))


def ranking(score: dict) -> list:
    return sorted(score, key=lambda option: (-score[option], option))


class Vote:
    """One vote as the script opens it; ballots are kept whole, the latest of a voter counts."""

    def __init__(self, event: dict, second_of: str):
        self.id = event["vote"]
        self.kind = event["kind"]
        self.options = event.get("choices") or event.get("items") or event["options"]
        self.event = event
        self.second_of = second_of
        self.open = True
        self.opened_s = event["t"]
        self.closed_s = None
        self.entitled = 0
        self.ballots = {}  # voter (person, or network) -> event data
        self.concerns = []

    def of_networks(self) -> bool:
        return self.event["electorate"] == "networks"

    def refusal(self, event: dict, person: dict):
        """Why this ballot may not be cast, or None."""
        if not self.open:
            return "vote is closed"
        if self.of_networks():
            if event["net"] not in self.event["delegates"]:
                return "observer is not entitled"
            if self.event["delegates"][event["net"]] != person["id"]:
                voted = event["net"] in self.ballots
                return "network has voted through its delegate" if voted else "only the delegate votes for this network"
        if self.kind == "dot":
            dots = event["dots"]
            if any(option not in self.options for option in dots):
                return "unknown option"
            cap = self.event.get("max_per_option", 0)
            if cap and any(count > cap for count in dots.values()):
                return "more dots on one option than allowed"
            if sum(dots.values()) > self.event["dots"]:
                return "more dots than allowed"
        if self.kind in ("choice", "consent") and event["choice"] not in self.options:
            return "unknown option"
        if self.kind == "fist_to_five" and any(option not in self.options for option in event["values"]):
            return "unknown option"
        return None

    def cast(self, event: dict, person: dict) -> None:
        voter = event["net"] if self.of_networks() else person["id"]
        before = self.ballots.pop(voter, None)
        ballot = {"network": person["network"], "person": person["id"]}
        for field in ("choice", "reason", "dots"):
            if field in event:
                ballot[field] = event[field]
        if self.kind == "fist_to_five":
            kept = before if event["do"] == "vote_change" and before else {"values": {}, "reasons": {}}
            reasons = {option: why for option, why in kept["reasons"].items() if option not in event["values"]}
            ballot["values"] = kept["values"] | event["values"]  # a change names only the grades that change
            ballot["reasons"] = reasons | event.get("reasons", {})  # a reason belongs to its grade
        if self.kind == "rating":
            ballot["values"] = dict(zip(self.options, event["values"]))
        self.ballots[voter] = ballot

    # -- the result in the shape of the expected file -------------------------------------------------

    def grades(self, option: str) -> list:
        return [ballot["values"][option] for ballot in self.ballots.values() if option in ballot["values"]]

    def below(self, option: str) -> int:
        return sum(1 for grade in self.grades(option) if grade < PASS_FLOOR)

    def below_max_percent(self) -> int:
        return SECOND_ROUND_BELOW_MAX_PERCENT if self.second_of else 0

    def passed(self, option: str) -> bool:
        return bool(self.ballots) and self.below(option) * 100 <= self.below_max_percent() * len(self.grades(option))

    def mean(self, option: str):
        grades = self.grades(option)
        return rounded(Fraction(sum(grades), len(grades)), 3) if grades else 0.0

    def histogram(self, option: str, low: int, high: int) -> list:
        counts = Counter(self.grades(option))
        return [counts[grade] for grade in range(low, high + 1)]

    @staticmethod
    def points(ballot: dict) -> dict:
        """What a ballot gives to each option: its dots, or one point for its choice."""
        return ballot["dots"] if "dots" in ballot else {ballot["choice"]: 1}

    def sums(self) -> dict:
        sums = dict.fromkeys(self.options, 0)
        for ballot in self.ballots.values():
            for option, count in self.points(ballot).items():
                sums[option] += count
        return sums

    def equal_weight(self) -> dict:
        """Each network's points divided by the number it cast, as shown: to four decimals."""
        cast = Counter()
        for ballot in self.ballots.values():
            cast[ballot["network"]] += sum(self.points(ballot).values())
        sums = dict.fromkeys(self.options, Fraction(0))
        for ballot in self.ballots.values():
            for option, count in self.points(ballot).items():
                sums[option] += Fraction(count, cast[ballot["network"]]) if count else 0
        return {option: rounded(share, 4) for option, share in sums.items()}

    def objections(self) -> int:
        return sum(1 for ballot in self.ballots.values() if ballot["choice"] == "objection")

    def sealed(self) -> bool:
        return bool(self.event.get("secret") or self.event.get("anonymous"))

    def hidden(self) -> bool:
        """Nobody knows what is in the ballots of a sealed vote before it is closed."""
        return self.sealed() and self.open

    def result(self) -> dict:
        if self.hidden():
            return {"ballots": len(self.ballots)}
        if self.kind == "choice":
            counts = Counter(ballot["choice"] for ballot in self.ballots.values())
            return {"counts": {option: counts[option] for option in self.options}, "ballots": len(self.ballots)}
        if self.kind == "fist_to_five":
            return {option: self.fist_result(option) for option in self.options}
        if self.kind == "dot":
            sums, equal = self.sums(), self.equal_weight()
            return {"ballots": len(self.ballots), "dots": sum(sums.values()), "per_person": sums,
                    "ranking": ranking(sums), "per_network": equal, "ranking_per_network": ranking(equal)}
        if self.kind == "consent":
            return {"final": {network: ballot["choice"] for network, ballot in self.ballots.items()},
                    "objections_open": self.objections(), "passed": self.consent_passed(),
                    "entitled": self.entitled, "voted": len(self.ballots)}
        return {"ballots": len(self.ballots), "means": [self.mean(option) for option in self.options]}

    def consent_passed(self) -> bool:
        """Adopted only when every entitled network has chosen and none objects."""
        return len(self.ballots) >= self.entitled > 0 and self.objections() == 0

    def fist_result(self, option: str) -> dict:
        counts = {"counts": self.histogram(option, 0, 5)}
        if self.second_of:
            return counts | {"below_3": self.below(option), "passed": self.passed(option)}
        return counts | {"mean": self.mean(option), "below_3": self.below(option)}

    # -- the result as the entity `vote` shows it ---------------------------------------------------

    def entity(self) -> dict:
        methods = {"choice": "single_choice", "fist_to_five": "fist_to_five", "dot": "dots", "consent": "consent",
                   "rating": "score"}
        rules = {"vote": self.id, "method": methods[self.kind], "question": self.event.get("question", ""),
                 "electorate": "networks" if self.of_networks() else "persons",
                 "secrecy": "sealed" if self.sealed() else "open", "options": [{"id": option, "text": option} for option in self.options],
                 "delegates": [{"network": network, "person": person}
                               for network, person in self.event.get("delegates", {}).items()],
                 "dots": self.event.get("dots", 0), "max_per_option": self.event.get("max_per_option", 0),
                 "second_of": self.second_of}
        if self.kind == "rating":
            rules |= {"scale_min": self.event["scale"][0], "scale_max": self.event["scale"][1]}
        if self.kind == "fist_to_five":
            rules |= {"pass_floor": PASS_FLOOR, "below_max_percent": self.below_max_percent()}
        times = {"opened_s": self.opened_s}
        if self.closed_s is not None:
            times["closed_s"] = self.closed_s
        return {"rules": rules, "state": "open" if self.open else "result", "entitled": self.entitled,
                "voted_by": sorted(self.ballots) if not self.sealed() or self.of_networks() else [],
                "voted": len(self.ballots), "concerns": self.concerns, "times": times,
                "result": {} if self.hidden() else self.result_entity()}

    def result_entity(self) -> dict:
        result = {"ballots": len(self.ballots), "options": [self.option_entity(option) for option in self.options]}
        if self.kind in ("dot", "choice"):
            by_person, by_network = ranking(self.sums()), ranking(self.equal_weight())
            result |= {"ranking": by_person, "ranking_equal_weight": by_network,
                       "orders_disagree": bool(self.ballots) and by_person[0] != by_network[0]}
        if self.kind == "dot":
            result["dots"] = sum(self.sums().values())
        if self.kind in ("fist_to_five", "rating"):
            means = {o: Fraction(sum(self.grades(o)), len(self.grades(o))) if self.grades(o) else -1 for o in self.options}
            result["ranking"] = ranking(means)
        if self.kind == "fist_to_five":
            result["passed"] = all(self.passed(option) for option in self.options)
        if self.kind == "consent":
            result |= {"objections_open": self.objections(), "passed": self.consent_passed(),
                       "networks": [{"network": network, "choice": ballot["choice"], "person": ballot["person"],
                                     "reason": ballot.get("reason", "")}
                                    for network, ballot in sorted(self.ballots.items())]}
        return result

    def option_entity(self, option: str) -> dict:
        entity = {"option": option}
        if self.kind in ("dot", "choice"):
            entity |= {"count": self.sums()[option], "equal_weight": f"{self.equal_weight()[option]:.4f}"}
        if self.kind == "consent":
            chosen = [ballot for ballot in self.ballots.values() if ballot["choice"] == option]
            entity |= {"count": len(chosen), "reasons": [ballot["reason"] for ballot in chosen if ballot.get("reason")]}
        if self.kind in ("fist_to_five", "rating"):
            low, high = self.event.get("scale", [0, 5])
            entity |= {"histogram": self.histogram(option, low, high), "mean": f"{self.mean(option):.3f}",
                       "count": len(self.grades(option))}
        if self.kind == "fist_to_five":
            entity |= {"below_floor": self.below(option), "passed": self.passed(option),
                       "reasons": sorted(b["reasons"][option] for b in self.ballots.values() if option in b["reasons"])}
        return entity
