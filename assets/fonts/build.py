#!/usr/bin/env python3
"""Makes the font files in this folder. Run by hand; the program only embeds the result.

    pip install fonttools==4.68.0 brotli==1.2.1
    python assets/fonts/build.py FOLDER [latin] [hangul]

The second word makes one family alone: Hangul's, when Korean messages use a syllable that it lacks.

FOLDER holds the unpacked sources (searched recursively):
    Inter-Regular.woff2, Inter-SemiBold.woff2          npm package inter-ui 4.1.1
    JetBrainsMono-Regular.ttf  Debian package fonts-jetbrains-mono 2.242+ds-3
    NotoSansMath-Regular.ttf, NotoSansSymbols2-Regular.ttf  Debian package fonts-noto-core 20201225-1
    Pretendard-Regular.otf, Pretendard-SemiBold.otf    npm package pretendard 1.3.9

What is done to them:
  * cut down to Latin, Greek, punctuation, super- and subscripts, arrows and
    mathematical signs; the two Noto files to the few signs that Inter lacks; Pretendard, whose
    Latin is Inter, to the 2350 syllables of KS X 1001, single letters, Korean punctuation, and
    whatever else the Korean messages use;
  * hinting instructions dropped: the program's rasteriser hints by itself, all
    families alike;
  * of the layout features only those kept that text always needs: kerning, marks
    and composition. No ligatures and no contextual forms: `->`, `!=` and `256x256`
    are shown as they are written;
  * Pretendard is renamed, as its licence reserves the name for the unchanged font;
  * in Inter the tabular digits, `+` and `−` made the default ones: the program cannot
    switch a feature on, and a changing number must not push its neighbours; and its accents are positioned over Greek letters too.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

HERE = Path(__file__).resolve().parent

TEXT = [
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2B0, 0x2FF),  # modifier letters
    (0x300, 0x338),  # combining marks
    (0x370, 0x3FF),  # Greek
    (0x1D62, 0x1D6A),  # subscript letters
    (0x1FB0, 0x1FB1),  # alpha with breve, with macron
    (0x2000, 0x206F),
    (0x2070, 0x209C),  # super- and subscripts
    (0x20AC, 0x20AC),
    (0x2100, 0x215E),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2300, 0x23FF),
    (0x25A0, 0x25FF),
    (0x2713, 0x2717),
    (0x27F5, 0x27F6),
]
# Letters of Hangul by themselves, and punctuation that Korean texts use.
HANGUL = [(0x3131, 0x3163), (0x3000, 0x3003), (0x3008, 0x3011), (0x2018, 0x201D), (0xB7, 0xB7), (0x2026, 0x2026)]
# Wanted from the fallback files when the text fonts lack them.
MATH = "∥∇∈∉∼∝⊙⊗⊕⟳⟲⋯⋮⋅∘∀∃∧∨∩∪⊂⊃⟂⊥≪≫≡∎⟨⟩𝒩𝓛ℒ𝔼ℝ∬∮"
SYMBOLS = "⏸⏵⏴⏭⏮⏹⏺⏩⏪▾▸▴◂▿▹◐◑◒◓✕✖⚠🖫🗀🗁🔍🔒🖼✎⤢⏎⇧⌘⌫◧◨▣▤▥▦⬒⬓⬚"


def expand(ranges):
    return {c for first, last in ranges for c in range(first, last + 1)}


def syllables():
    """The syllables of KS X 1001, rows 16 to 40."""
    rows = range(0xB0, 0xC9)
    return {ord(bytes([row, cell]).decode("euc-kr")) for row in rows for cell in range(0xA1, 0xFF)}


def korean_messages():
    """The characters of Hangul in the program's messages."""
    files = (HERE.parents[1] / "i18n" / "ko").glob("*.ftl")
    return {ord(c) for file in files for c in file.read_text(encoding="utf-8") if "\uac00" <= c <= "\ud7a3"}


def rename(font, family, style):
    for record in list(font["name"].names):
        names = {1: family, 3: f"{family} {style}", 4: f"{family} {style}", 6: f"{family}-{style}".replace(" ", "")}
        names |= {2: style, 16: family, 17: style}
        if record.nameID in names:
            font["name"].setName(names[record.nameID], *(record.nameID, record.platformID, record.platEncID, record.langID))
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [f"{family}-{style}".replace(" ", "")]
        top = cff.topDictIndex[0]
        top.FullName, top.FamilyName = f"{family} {style}", family


def find(folder, name):
    hits = sorted(folder.rglob(name))
    if not hits:
        sys.exit(f"{name} is not under {folder}")
    return hits[0]


def freeze(font, feature, characters):
    """Maps characters straight to the glyph that a single-substitution feature gives."""
    gsub = font["GSUB"].table
    lookups = {
        i
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == feature
        for i in record.Feature.LookupListIndex
    }
    mapping = {}
    for i in sorted(lookups):
        for table in gsub.LookupList.Lookup[i].SubTable:
            mapping |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        if hasattr(table, "cmap"):
            for c in characters:
                if table.cmap.get(ord(c)) in mapping:
                    table.cmap[ord(c)] = mapping[table.cmap[ord(c)]]


def share_marks(font):
    """Lets every script use the mark positioning that Inter switches on only for Latin.

    The anchors are there for Greek letters too; without this ε̂, μ̃ and β̃ would carry
    their accents beside them.
    """
    table = font["GPOS"].table
    features = table.FeatureList.FeatureRecord
    scripts = {r.ScriptTag: r.Script.DefaultLangSys for r in table.ScriptList.ScriptRecord}
    marks = [i for i in scripts["DFLT"].FeatureIndex if features[i].FeatureTag in ("mark", "mkmk")]
    for system in scripts.values():
        system.FeatureIndex = sorted({*system.FeatureIndex, *marks})
        system.FeatureCount = len(system.FeatureIndex)
    anchor_greek(font, table)


def anchor_greek(font, table):
    """Gives the small Greek letters that have no place for a top accent (β, μ, …) one."""
    names, outlines = font.getBestCmap(), font["glyf"]
    order = font.getGlyphID
    for lookup in table.LookupList.Lookup:
        for sub in (getattr(t, "ExtSubTable", t) for t in lookup.SubTable):
            if sub.LookupType != 4 or names[0x302] not in sub.MarkCoverage.glyphs:
                continue
            mark = sub.MarkArray.MarkRecord[sub.MarkCoverage.glyphs.index(names[0x302])]
            bases = dict(zip(sub.BaseCoverage.glyphs, sub.BaseArray.BaseRecord))
            for c in range(0x3B1, 0x3CA):
                if names[c] in bases:
                    continue
                shape = outlines[names[c]]
                anchor = otTables.Anchor()
                anchor.Format = 1
                anchor.XCoordinate = (shape.xMin + shape.xMax) // 2
                anchor.YCoordinate = shape.yMax - 20
                record = otTables.BaseRecord()
                record.BaseAnchor = [None] * sub.ClassCount
                record.BaseAnchor[mark.Class] = anchor
                bases[names[c]] = record
            glyphs = sorted(bases, key=order)
            sub.BaseCoverage.glyphs = glyphs
            sub.BaseArray.BaseRecord = [bases[g] for g in glyphs]
            sub.BaseArray.BaseCount = len(glyphs)


def cut(font, codepoints, out):
    options = subset.Options()
    options.layout_features = ["ccmp", "locl", "kern", "mark", "mkmk"]
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["MATH", "STAT", "meta", "DSIG", "BASE"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    font.flavor = None
    font.recalcTimestamp = False
    path = HERE / out
    font.save(path)
    print(f"{out}: {path.stat().st_size / 1024:.0f} KiB, {len(font.getBestCmap())} characters")
    return set(font.getBestCmap())


def hangul(folder):
    for style in ("Regular", "SemiBold"):
        font = TTFont(find(folder, f"Pretendard-{style}.otf"))
        rename(font, "Diffuscope Hangul", style)
        cut(font, syllables() | korean_messages() | expand(HANGUL), f"Hangul-{style}.otf")


def latin(folder):
    text = expand(TEXT)
    covered = None
    for style in ("Regular", "SemiBold"):
        font = TTFont(find(folder, f"Inter-{style}.woff2"))
        freeze(font, "tnum", "0123456789+−")
        share_marks(font)
        has = cut(font, text, f"Inter-{style}.ttf")
        covered = has if covered is None else covered & has
    cut(TTFont(find(folder, "JetBrainsMono-Regular.ttf")), text, "JetBrainsMono-Regular.ttf")
    extra = {ord(c) for c in MATH + SYMBOLS} - covered
    math = TTFont(find(folder, "NotoSansMath-Regular.ttf"))
    math_has = cut(math, extra, "NotoSansMath-subset.ttf")
    symbols = TTFont(find(folder, "NotoSansSymbols2-Regular.ttf"))
    symbols_has = cut(symbols, extra - math_has, "NotoSansSymbols2-subset.ttf")
    missing = extra - math_has - symbols_has
    if missing:
        print("in no file:", " ".join(map(chr, sorted(missing))))


def main():
    families = {"latin": latin, "hangul": hangul}
    for name in sys.argv[2:] or families:
        families[name](Path(sys.argv[1]))


main()
