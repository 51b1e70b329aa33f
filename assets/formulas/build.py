#!/usr/bin/env python3
"""Typesets formulas.typ: one SVG per term, formulas.json and table.rs beside this file.

    pip install typst==0.15.0 ziamath==0.13
    python assets/formulas/build.py [--sheet FILE.png]      (--sheet: pip install resvg-py==0.5.0)

Run by hand after a change to formulas.typ; the program only embeds the results, which
are the same bytes every time. ziamath is there for the font it ships, STIX Two Math.

Each SVG is one white path. 100 units are one em of the formula's font size. Within a
set all terms have the same height and the same baseline; sideways a term is cut to its
ink, and a `gap` of margin on each side.
"""

import argparse
import importlib.util
import json
import math
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
UNITS = 100  # per em, and the font size in formulas.typ in pt
GAP = 2  # units of margin left and right
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
SHAPE = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6, "z": 0}


def number(x):
    return f"{x:.1f}".removesuffix(".0").replace("-0.", "-.").removeprefix("0") or "0"


def segments(d):
    """A path's commands as absolute ('M' | 'L' | 'Q' | 'C' | 'Z', [points])."""
    tokens = re.findall(r"[A-Za-z]|-?[0-9]*\.?[0-9]+(?:e-?[0-9]+)?", d)
    i, x, y, start = 0, 0.0, 0.0, (0.0, 0.0)
    out = []
    command = None
    while i < len(tokens):
        if tokens[i].isalpha():
            command = tokens[i]
            i += 1
        kind, relative = command.lower(), command.islower()
        values = [float(v) for v in tokens[i : i + SHAPE[kind]]]
        i += SHAPE[kind]
        ox, oy = (x, y) if relative else (0.0, 0.0)
        if kind == "z":
            out.append(("Z", []))
            x, y = start
            continue
        if kind == "h":
            points = [(ox + values[0], y)]
        elif kind == "v":
            points = [(x, oy + values[0])]
        else:
            points = [(ox + a, oy + b) for a, b in zip(values[::2], values[1::2])]
        x, y = points[-1]
        if kind == "m":
            start = (x, y)
        out.append(("L" if kind in "hv" else kind.upper(), points))
    # Typst begins every glyph with a move to the origin: keep only moves that draw.
    return [s for s, n in zip(out, [*out[1:], ("Z", [])]) if not (s[0] == "M" and n[0] == "M")]


def times(a, b):
    return (
        a[0] * b[0] + a[2] * b[1],
        a[1] * b[0] + a[3] * b[1],
        a[0] * b[2] + a[2] * b[3],
        a[1] * b[2] + a[3] * b[3],
        a[0] * b[4] + a[2] * b[5] + a[4],
        a[1] * b[4] + a[3] * b[5] + a[5],
    )


def transform(text):
    matrix = (1, 0, 0, 1, 0, 0)
    for name, arguments in re.findall(r"(\w+)\(([^)]*)\)", text or ""):
        v = [float(x) for x in re.split(r"[ ,]+", arguments.strip())]
        if name == "translate":
            step = (1, 0, 0, 1, v[0], v[1] if len(v) > 1 else 0)
        elif name == "scale":
            step = (v[0], 0, 0, v[-1], 0, 0)
        elif name == "matrix":
            step = tuple(v)
        else:
            sys.exit(f"unknown transform {name}")
        matrix = times(matrix, step)
    return matrix


def outlines(root):
    """All the drawing of a page as absolute segments; rules become rectangles."""
    glyphs = {
        "#" + s.get("id"): segments("".join(p.get("d") for p in s.iter(SVG + "path")))
        for s in root.iter(SVG + "symbol")
    }
    out = []

    def add(shape, m):
        for kind, points in shape:
            out.append((kind, [(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]) for x, y in points]))

    def walk(node, matrix):
        matrix = times(matrix, transform(node.get("transform")))
        if node.tag == SVG + "defs":
            return
        if node.tag == SVG + "use":
            at = (1, 0, 0, 1, float(node.get("x", 0)), float(node.get("y", 0)))
            add(glyphs[node.get(HREF)], times(matrix, at))
        elif node.tag == SVG + "path":
            if node.get("stroke") in (None, "none"):
                sys.exit("a filled path that is not a glyph")
            (_, [(x0, y0)]), (_, [(x1, y1)]) = segments(node.get("d"))
            if y0 != y1:
                sys.exit("a rule that is not horizontal")
            h = float(node.get("stroke-width")) / 2
            # Clockwise on the screen, as the glyphs are: so overlaps stay filled.
            add([("M", [(x0, y0 - h)]), ("L", [(x1, y0 - h)]), ("L", [(x1, y0 + h)]), ("L", [(x0, y0 + h)]), ("Z", [])], matrix)
        for child in node:
            walk(child, matrix)

    walk(root, (1, 0, 0, 1, 0, 0))
    return out


def extremes(p0, points, axis):
    """The least and greatest coordinate of one curve, not of its control points."""
    c = [p0[axis], *(p[axis] for p in points)]
    candidates = []
    if len(c) == 3:
        denominator = c[0] - 2 * c[1] + c[2]
        candidates = [(c[0] - c[1]) / denominator] if denominator else []
    elif len(c) == 4:
        a, b, k = -c[0] + 3 * c[1] - 3 * c[2] + c[3], 2 * (c[0] - 2 * c[1] + c[2]), c[1] - c[0]
        if abs(a) > 1e-9:
            if (d := b * b - 4 * a * k) >= 0:
                candidates = [(-b + s * math.sqrt(d)) / (2 * a) for s in (1, -1)]
        elif b:
            candidates = [-k / b]
    n = len(c) - 1
    at = lambda u: sum(math.comb(n, i) * (1 - u) ** (n - i) * u**i * v for i, v in enumerate(c))
    values = [c[0], c[-1], *(at(u) for u in candidates if 0 < u < 1)]
    return min(values), max(values)


def ink(path):
    box = [math.inf, math.inf, -math.inf, -math.inf]
    last = (0.0, 0.0)
    for _, points in path:
        if points:
            for axis in (0, 1):
                low, high = extremes(last if len(points) > 1 else points[0], points, axis)
                box[axis], box[axis + 2] = min(box[axis], low), max(box[axis + 2], high)
            last = points[-1]
    return box


def write_path(path, dx):
    """The shortest of the plain notations: relative, one decimal, no error added up."""
    out, x, y, start, previous = [], 0.0, 0.0, (0.0, 0.0), ""
    for kind, points in path:
        if kind == "Z":
            out.append("z")
            x, y = start
            previous = "z"
            continue
        points = [(round(px + dx, 1), round(py, 1)) for px, py in points]
        if kind == "M":
            letter, values = "M", list(points[0])
            start = points[0]
        elif kind == "L" and points[0][1] == y:
            letter, values = "h", [points[0][0] - x]
        elif kind == "L" and points[0][0] == x:
            letter, values = "v", [points[0][1] - y]
        else:
            letter, values = kind.lower(), [v for px, py in points for v in (px - x, py - y)]
        text = letter if letter != previous else ""
        for i, v in enumerate(values):
            n = number(round(v, 1))
            text += n if n.startswith("-") or (i == 0 and text) else " " + n
        out.append(text)
        x, y = points[-1]
        previous = letter
    return "".join(out)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sheet", help="also draw all terms side by side into this PNG")
    arguments = arguments.parse_args()

    fonts = Path(importlib.util.find_spec("ziamath").origin).parent / "fonts"
    compiler = typst.Compiler(HERE / "formulas.typ", font_paths=[str(fonts)], ignore_system_fonts=True)
    pages = compiler.compile(format="svg")
    terms = json.loads(compiler.query("<term>", field="value"))
    metrics = json.loads(compiler.query("<metrics>", field="value", one=True))
    if len(pages) != len(terms):
        sys.exit(f"{len(pages)} pages for {len(terms)} terms")

    # All terms are checked before anything is written.
    table, drawings = {}, {}
    for page, (name, term) in zip(pages, terms):
        root = ET.fromstring(page)
        above, below = metrics[name]["above"] * UNITS, metrics[name]["below"] * UNITS
        height = above + below
        path = outlines(root)
        left, top, right, bottom = ink(path)
        if abs(float(root.get("viewBox").split()[3]) - height) > 1e-3 or top < 0 or bottom > height:
            sys.exit(f"{name}/{term} is taller than the others: {top:.0f} … {bottom:.0f} of {height}")
        width = round(right - left, 1) + 2 * GAP
        box = f"{number(width)} {number(height)}"
        w, h = box.split()
        drawings[name, term] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {box}">'
            f'<path fill="#fff" d="{write_path(path, GAP - left)}"/></svg>\n'
        )
        table[name, term] = {
            "width": round(width / UNITS, 4),
            "height": round(height / UNITS, 4),
            "baseline": round(above / UNITS, 4),
            "ascent": round((above - top) / UNITS, 4),
            "descent": round((bottom - above) / UNITS, 4),
        }

    for name in metrics:
        (HERE / name).mkdir(exist_ok=True)
        for old in (HERE / name).glob("*.svg"):
            old.unlink()
    for (name, term), drawing in drawings.items():
        (HERE / name / f"{term}.svg").write_text(drawing)

    by_set = {name: {t: v for (n, t), v in table.items() if n == name} for name in metrics}
    lines = [
        f'{json.dumps(name)}: {{\n' + ",\n".join(f"  {json.dumps(t)}: {json.dumps(v)}" for t, v in rows.items()) + "\n}"
        for name, rows in by_set.items()
    ]
    (HERE / "formulas.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    rows = "".join(
        f'    ("{t}", "{n}", '
        + ", ".join(repr(float(v[k])) for k in ("width", "height", "baseline", "ascent", "descent"))
        + f', include_bytes!("{n}/{t}.svg") as &[u8]),\n'
        for (n, t), v in table.items()
    )
    (HERE / "table.rs").write_text(
        "// Made by build.py. Per term: id, set, then in em: width, height, baseline below the\n"
        "// top, ascent and descent of the ink from the baseline; and the SVG.\n"
        "[\n" + rows + "]\n"
    )
    sizes = [(HERE / n / f"{t}.svg").stat().st_size for n, t in table]
    print(f"{len(sizes)} terms, {sum(sizes) / 1024:.0f} KiB, the largest {max(sizes) / 1024:.1f} KiB")
    if arguments.sheet:
        sheet(table, arguments.sheet)


def sheet(table, file):
    """Every term on its baseline, on both backgrounds, at the size of the screen."""
    import resvg_py

    em, column, x, y, body = {"tall": 26, "inline": 16}, 760, 20, 20, []
    previous, row = None, 0
    for (name, term), v in table.items():
        w, h = v["width"] * em[name], v["height"] * em[name]
        if name != previous or x + max(w, 60) > column:
            x, y, row = 20, y + row, h + 22
            previous = name
        source = (HERE / name / f"{term}.svg").read_text()
        d = re.search(r' d="([^"]*)"', source).group(1)
        scale = em[name] / UNITS
        base = y + v["baseline"] * em[name]
        body.append(f'<path transform="translate({x} {y}) scale({scale})" d="{d}"/>')
        body.append(f'<path opacity=".3" stroke="currentColor" stroke-width=".5" d="M{x} {base}h{w}M{x} {y}v{h}M{x + w} {y}v{h}"/>')
        x += max(w, 40) + 14
    height = y + row
    halves = "".join(
        f'<g transform="translate({i * column} 0)" fill="{ink}" color="{ink}"><rect width="{column}" height="{height}" fill="{paper}"/>{"".join(body)}</g>'
        for i, (ink, paper) in enumerate((("#e8ecf2", "#14181e"), ("#1b2027", "#ffffff")))
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * column}" height="{height}">{halves}</svg>'
    Path(file).write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg)))


main()
