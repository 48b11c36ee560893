"""An independent model of the shared texts: every character with who wrote it and which edit took it away."""


class Text:
    """One paragraph text. An edit replaces `find` once by `put`; an edit can be taken back as a new edit."""

    def __init__(self, plain: str, author: str):
        self.characters = [[character, author, "seed", None] for character in plain]  # [char, author, made by, deleted by]
        self.frozen = False

    def plain(self) -> str:
        return "".join(character for character, _, _, deleted in self.characters if deleted is None)

    def replace(self, edit: str, author: str, find: str, put: str) -> bool:
        """False if `find` is nowhere. What both have in common at their ends is not touched, as a person would type it."""
        visible = [index for index, entry in enumerate(self.characters) if entry[3] is None]
        at = self.plain().find(find)
        if at < 0:
            return False
        head = common_prefix(find, put)
        tail = common_prefix(find[head:][::-1], put[head:][::-1])
        start, end = at + head, at + len(find) - tail
        for index in visible[start:end]:
            self.characters[index][3] = edit
        place = visible[end - 1] + 1 if end > start else (visible[start] if start < len(visible) else len(self.characters))
        self.characters[place:place] = [[c, author, edit, None] for c in put[head:len(put) - tail]]
        return True

    def take_back(self, edit: str, author: str, as_edit: str) -> None:
        """What `edit` put in goes, what it took away comes back at its place."""
        kept = []
        for entry in self.characters:
            if entry[2] == edit and entry[3] is None:
                kept.append([entry[0], entry[1], entry[2], as_edit])
            elif entry[3] == edit:
                kept += [entry, [entry[0], author, as_edit, None]]
            else:
                kept.append(entry)
        self.characters = kept

    def letters_by(self) -> dict:
        """How many visible characters each person wrote (code points)."""
        counts = {}
        for _, author, _, deleted in self.characters:
            if deleted is None:
                counts[author] = counts.get(author, 0) + 1
        return dict(sorted(counts.items()))


def common_prefix(left: str, right: str) -> int:
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return length
