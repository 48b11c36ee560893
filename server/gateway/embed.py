#!/usr/bin/env python3
"""Writes a C++ file that holds every file of a folder (by .incbin), plain and gzipped where that is smaller.

usage: embed.py FOLDER OUT.cpp WORK_FOLDER
"""
import gzip
import pathlib
import sys

GZIP_WORTH = 0.9  # packed files that are hardly smaller are not kept
LEFT_OUT = {".map"}


def blob(name: str, path: pathlib.Path) -> str:
    return (
        f'asm(".section .rodata\\n.global {name}\\n.balign 8\\n{name}:\\n.incbin \\"{path}\\"\\n'
        f'.global {name}_end\\n{name}_end:\\n.byte 0\\n.text\\n");\n'
        f'extern "C" const char {name}[];\nextern "C" const char {name}_end[];\n'
    )


def main() -> int:
    folder, out, work = (pathlib.Path(argument) for argument in sys.argv[1:4])
    work.mkdir(parents=True, exist_ok=True)
    declarations, rows = [], []
    for number, path in enumerate(sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in LEFT_OUT)):
        data = path.read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        name = f"atelier_asset_{number}"
        declarations.append(blob(name, path.resolve()))
        row = f'{{"/{path.relative_to(folder).as_posix()}", {{{name}, std::size_t({name}_end - {name})}}'
        if len(packed) < GZIP_WORTH * len(data):
            packed_path = (work / f"{number}.gz").resolve()
            packed_path.write_bytes(packed)
            declarations.append(blob(f"{name}_gz", packed_path))
            row += f", {{{name}_gz, std::size_t({name}_gz_end - {name}_gz)}}}},"
        else:
            row += ", {}},"
        rows.append("    " + row)
    out.write_text(
        "// Made by server/gateway/embed.py.\n"
        '#include "gateway/web.hpp"\n\n#include <algorithm>\n#include <cstddef>\n\n'
        + "".join(declarations)
        + "\nnamespace atelier::gateway {\n\nconst Asset* find_asset(std::string_view path) {\n"
        "  static const Asset assets[] = {\n" + "\n".join(rows) + "\n  };\n"
        "  const auto* found = std::ranges::find(assets, path, &Asset::path);\n"
        "  return found == std::ranges::end(assets) ? nullptr : found;\n}\n\n}  // namespace atelier::gateway\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
