"""The rules of the house that a compiler does not check. Each rule takes {path: text} and yields "path:line: what is wrong"."""
import re

PURE_FLOORS = ("base", "crdt", "meeting", "timeline", "room", "outcome")
FILE_LINES_MAX = 500
SOURCE_ENDINGS = (".cpp", ".hpp", ".ts", ".svelte", ".mjs", ".js", ".py", ".css", ".proto")
# Data that tests read, and the lock file, are not written by hand.
NOT_WRITTEN_BY_HAND = ("tests/data/", "package-lock.json")

# What a pure floor may not touch: clock, thread, lock, socket, randomness, files.
BANNED_ON_PURE_FLOORS = {
    "clock": r"\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b|(?<![\w.>:])(std::)?time\s*\(\s*(NULL|nullptr|0|&)",
    "thread or lock": r"#\s*include\s*<(thread|mutex|shared_mutex|condition_variable|future)>|\bstd::(thread|mutex)\b",
    "socket": r"#\s*include\s*<(boost/asio|boost/beast|sys/socket)|\basio::",
    "randomness": r"\b(random_device|mt19937|mt19937_64)\b|(?<![\w.>:])rand\s*\(",
    "file": r"#\s*include\s*<(fstream|filesystem)>|(?<![\w.>:])fopen\s*\(",
}
# Decisions of the domain are made with integers.
BANNED_IN_MEETING = {"floating point": r"\b(float|double|strtod|stod)\b"}


def numbered_code(text):
    """The lines of C++ `text` without comments and without the insides of string literals, numbered from 1."""

    def blank(match):
        piece = match.group(0)
        return '""' if piece.startswith('"') else "\n" * piece.count("\n")

    # An include's quoted path is kept: it is what the include rule reads.
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|(?<!include )"(?:\\.|[^"\\\n])*"', re.DOTALL)
    return enumerate(pattern.sub(blank, text).split("\n"), start=1)


def modules_of(files):
    """{folder: (name, folders that it may include)} as the atelier_module() lines of server/**/CMakeLists.txt declare them."""
    declared = {}
    for path, text in files.items():
        if not re.fullmatch(r"server/(.*/)?CMakeLists\.txt", path):
            continue
        folder = path[len("server/"):-len("CMakeLists.txt")]
        text = re.sub(r"#[^\n]*", "", text)
        for call in re.findall(r"atelier_module\(([^)]*)\)", text):
            words = call.split()
            name, lists, key = words[0], {}, None
            for word in words[1:]:
                if word in ("DIR", "USES", "LIBS", "PRIVATE_LIBS"):
                    key = word
                    lists[key] = []
                elif key:
                    lists[key].append(word)
            own = folder + lists.get("DIR", [name])[0] if lists.get("DIR") != ["."] else folder.rstrip("/")
            declared[name] = (own, lists.get("USES", []))
    folder_of = {name: own for name, (own, _) in declared.items()}
    folder_of["proto"] = "atelier/v1"
    return {own: (name, {folder_of.get(used, used) for used in uses}) for name, (own, uses) in declared.items()}


def folder_of_path(path, folders):
    """The longest of `folders` that `path` lies directly or deeper in, or None."""
    inside = [folder for folder in folders if path.startswith(folder + "/")]
    return max(inside, key=len, default=None)


def include_directions(files):
    modules = modules_of(files)
    folders = set(modules) | {"gateway", "atelierd", "atelier/v1"}
    for path, text in files.items():
        if path.startswith("server/"):
            folder = folder_of_path(path[len("server/"):], folders)
            if folder is None:
                continue
            if folder in modules:
                allowed = modules[folder][1] | {folder}
            else:
                allowed = folders - {"atelierd"} | {folder}
        elif path.startswith("clients/cpp/"):
            allowed = {"base", "crdt", "atelier/v1"}
        else:
            continue
        if not path.endswith((".cpp", ".hpp")):
            continue
        for number, line in numbered_code(text):
            found = re.match(r'\s*#\s*include "([^"]+)"', line)
            target = found and folder_of_path(found.group(1), folders)
            if target and target not in allowed:
                yield f"{path}:{number}: includes {found.group(1)}, but may include only {', '.join(sorted(allowed))}"


def pure_floors(files):
    for path, text in files.items():
        if not path.startswith("server/") or not path.endswith((".cpp", ".hpp")):
            continue
        folder = path[len("server/"):].rpartition("/")[0]
        if folder not in PURE_FLOORS:
            continue
        banned = dict(BANNED_ON_PURE_FLOORS)
        # A test may measure, spawn and draw; what it tests may not.
        if path.endswith("_test.cpp"):
            continue
        if folder == "meeting":
            banned.update(BANNED_IN_MEETING)
        for number, line in numbered_code(text):
            for what, pattern in banned.items():
                if re.search(pattern, line):
                    yield f"{path}:{number}: {what} on a pure floor: {line.strip()}"


def file_lengths(files):
    for path, text in files.items():
        if path.endswith(SOURCE_ENDINGS) and not path.startswith(NOT_WRITTEN_BY_HAND):
            lines = text.count("\n")
            if lines > FILE_LINES_MAX:
                yield f"{path}:{lines}: longer than {FILE_LINES_MAX} lines; split it by idea"


def house_map(files):
    readme = files.get("server/README.md", "")
    for folder in sorted(set(modules_of(files)) | {"gateway", "atelierd"}):
        if f"`{folder}`" not in readme:
            yield f"server/README.md:1: does not name `{folder}`"


def promises(files):
    """A note about later work names the issue that it belongs to, as in TODO(#12)."""
    word = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b(?!\(#\d+\))")
    for path, text in files.items():
        if path.startswith(NOT_WRITTEN_BY_HAND):
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            if word.search(line):
                yield f"{path}:{number}: names no issue: {line.strip()[:100]}"


def foreign_places(files):
    """No package registry's host and no folder of somebody's machine."""
    hosts = r"registry\.(npm" + r"js|yarn" + r"pkg)\.\w+|deb\.deb" + r"ian\.org|proxy\.gol" + r"ang\.org|py" + r"pi\.org"
    folders = r"(?<![\w.~/-])/(work|ho" + r"me|ro" + r"ot|Us" + r"ers)/[\w.]"
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), start=1):
            found = re.search(hosts + "|" + folders, line)
            if found:
                yield f"{path}:{number}: names a place outside the project: {found.group(0)}"


RULES = (include_directions, pure_floors, file_lengths, house_map, promises, foreign_places)
