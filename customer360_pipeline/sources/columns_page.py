"""The page docs/sources/columns.md: which columns of whose files are read, from the contracts of the sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from customer360_pipeline.markdown import NOTE, as_table
from customer360_pipeline.sources.contract import FieldRule, Layout, Source
from customer360_pipeline.sources.shapes import Shape


def columns_page(sources: Sequence[Source]) -> str:
    """Every source, entity and form of its files: where they lie, and the columns read for each field."""
    text = (
        f"{NOTE}# Columns that are read\n\n"
        "For each kind of file the columns that are looked for; of several the first that gives a value counts. "
        "Case does not matter, nor do blanks around a name. `a.b` is the field `b` of the object `a`, `a[b]` the "
        "value of the key `b` in a list of pairs, `@name` a part of the file's own name, `a if b=word` the column "
        "`a` of rows whose `b` is that word. A file without a field in bold is refused; columns that are not named "
        "here stay in `extra` of the raw table. Names of your own go into the source's contract: "
        "[sources](../sources.md). What a field means: [tables](../tables.md#raw-and-sources).\n\n"
    )
    return text + "".join(part for source in sources for part in _source(source))


def _source(source: Source) -> Iterator[str]:
    yield f"## {source.source}\n\n[{source.source}.md]({source.source}.md)\n\n"
    for name, entity in source.entities.items():
        for form, layout in entity.layouts.items():
            kind = "" if len(entity.layouts) == 1 else f", {form}"
            files = ", ".join(f"`{pattern}`" for pattern in layout.files)
            yield f"### {source.source} {name}{kind}\n\nFiles: {files}. Shape `{entity.shape}`.\n\n"
            yield as_table(("Field", "Columns"), _fields(entity.shape_of, layout))


def _fields(shape: Shape, layout: Layout) -> Iterator[tuple[str, str]]:
    for name in shape.fields:
        if rule := layout.fields.get(name):
            yield (f"**`{name}`**" if name in layout.required else f"`{name}`"), _columns(rule)


def _columns(rule: FieldRule) -> str:
    found = [f"`{alias}`" for alias in rule.aliases]
    if rule.value is not None:
        found.append(f"always `{rule.value}`")
    if rule.default is not None:
        found.append(f"else `{rule.default}`")
    return ", ".join(found)
