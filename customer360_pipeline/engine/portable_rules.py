"""The constructs outside the portable subset of SQL, each with the reason and what to write instead.

Found by translating them and running both sides. `lint.py` looks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True)
class Rule:
    """One construct outside the subset: why it is refused and what to write."""

    name: str
    reason: str
    instead: str
    finds: Callable[[exp.Expr], bool]


def _is(*names: str) -> Callable[[exp.Expr], bool]:
    """Matches nodes of these sqlglot classes."""

    def finds(node: exp.Expr) -> bool:
        from sqlglot import exp

        return isinstance(node, tuple(getattr(exp, name) for name in names))

    return finds


def _calls(*names: str) -> Callable[[exp.Expr], bool]:
    """Matches calls of functions that sqlglot knows only by name."""

    def finds(node: exp.Expr) -> bool:
        from sqlglot import exp

        return isinstance(node, exp.Anonymous) and node.name.lower() in names

    return finds


def _either(*parts: Callable[[exp.Expr], bool]) -> Callable[[exp.Expr], bool]:
    return lambda node: any(part(node) for part in parts)


def _unknown_function(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Anonymous) and node.name.lower() not in _RULED


def _unsafe_try_cast(node: exp.Expr) -> bool:
    """TRY_CAST of anything but CAST(... AS VARCHAR): Snowflake would get a plain CAST, which fails the query."""
    from sqlglot import exp

    return isinstance(node, exp.TryCast) and not (_is_cast_to(node.this, "TEXT", "VARCHAR") or node.this.is_string)


def _is_cast_to(node: exp.Expr, *types: str) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Cast) and node.to.this.name in types


def _uncast(*names: str) -> Callable[[exp.Expr], bool]:
    """Matches nodes whose value reaches a column without a CAST around it. A comparison needs none."""
    matches = _is(*names)

    def finds(node: exp.Expr) -> bool:
        return matches(node) and not _cast_above(node)

    return finds


def _uncast_sum(node: exp.Expr) -> bool:
    """A SUM that is a column of the table itself. Within a CTE its type does not matter: the header's types hold."""
    from sqlglot import exp

    select = node.find_ancestor(exp.Select)
    return _uncast("Sum")(node) and select is not None and select.find_ancestor(exp.Select, exp.CTE) is None


def _uncast_division(node: exp.Expr) -> bool:
    """A quotient of which neither the operands nor the result are given a type."""
    sides = (node.args.get("this"), node.args.get("expression"))
    return _uncast("Div")(node) and not any(_is_cast_to(side.unnest(), "DOUBLE") for side in sides if side is not None)


def _cast_above(node: exp.Expr) -> bool:
    from sqlglot import exp

    above = node.parent
    while above is not None and not isinstance(above, exp.Select):
        if isinstance(above, exp.Cast | exp.Predicate | exp.Having | exp.Order | exp.Round):
            return True
        above = above.parent
    return False


def _epoch_ms(node: exp.Expr) -> bool:
    """epoch_ms() and make_timestamp() of one number are read as the same node; neither survives translation."""
    from sqlglot import exp

    return isinstance(node, exp.UnixToTime)


def _date_diff_of_times(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.DateDiff | exp.TimestampDiff) and not all(
        _is_cast_to(side, "DATE") for side in (node.this, node.expression)
    )


def _difference_of_dates(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Sub) and all(_is_cast_to(side.unnest(), "DATE") for side in (node.left, node.right))


def _order_by_struct(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Ordered) and isinstance(node.this, exp.Struct | exp.Tuple)


def _unordered_window(node: exp.Expr) -> bool:
    """A window function that depends on the order of rows, without one. Sums and counts do not."""
    from sqlglot import exp

    ordered = (
        exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue,
        exp.Ntile,
    )  # fmt: skip
    if not isinstance(node, exp.Window):
        return False
    function = node.this.this if isinstance(node.this, exp.IgnoreNulls | exp.RespectNulls) else node.this
    return isinstance(function, ordered) and not node.args.get("order")


def _unordered_text(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.GroupConcat) and node.find(exp.Order) is None


def _unordered_limit(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Query) and bool(node.args.get("limit")) and not node.args.get("order")


def _text_beside_distinct(node: exp.Expr) -> bool:
    from sqlglot import exp

    if not isinstance(node, exp.Select):
        return False
    mine = [part for item in node.expressions for part in item.walk() if part.find_ancestor(exp.Select) is node]
    counts = any(isinstance(part, exp.Count) and isinstance(part.this, exp.Distinct) for part in mine)
    return counts and any(isinstance(part, exp.GroupConcat) for part in mine)


def _special_join(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Join) and (
        node.method.upper() in {"ASOF", "POSITIONAL"} or node.kind.upper() in {"SEMI", "ANTI"}
    )


def _unnest_beside_join(node: exp.Expr) -> bool:
    """A SELECT that unnests in its FROM and also joins with a condition."""
    from sqlglot import exp

    if not isinstance(node, exp.Select):
        return False
    joins = node.args.get("joins") or []
    unnests = any(isinstance(join.this, exp.Unnest | exp.Lateral) for join in joins)
    return unnests and any(join.args.get("on") for join in joins)


def _by_name(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.SetOperation) and bool(node.args.get("by_name"))


def _computed_interval(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Interval) and not isinstance(node.this, exp.Literal)


def _reads_a_file(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.Table) and isinstance(node.this, exp.Func)


_TIME_OR_CHANCE = ("now", "setseed", "gen_random_uuid", "uuidv7", "get_current_timestamp", "getvariable")
_RULED = frozenset(
    {*_TIME_OR_CHANCE, "date_sub", "datesub", "epoch_us", "epoch_ns", "hash", "arg_min_null", "arg_max_null"}
)

RULES = (
    Rule(
        "regexp_replace",
        "DuckDB replaces the first match, Spark and Snowflake all, and Snowflake reads the option 'g' as a position.",
        "translate() or replace(), or make the value in a Python table.",
        _is("RegexpReplace"),
    ),
    Rule(
        "regexp_matches",
        "it becomes a match of the whole string on Snowflake.",
        "regexp_extract(x, pattern) <> '', contains(), starts_with() or LIKE.",
        _is("RegexpLike", "RegexpILike", "RegexpFullMatch", "SimilarTo", "Glob"),
    ),
    Rule(
        "try_cast",
        "where the operand is not plainly text, Snowflake gets a CAST, which fails on the first bad value.",
        "TRY_CAST(CAST(x AS VARCHAR) AS type).",
        _unsafe_try_cast,
    ),
    Rule(
        "cast_to_json",
        "it becomes a serialisation of the text as a JSON string on Spark.",
        "keep the text and read it with ->>.",
        lambda node: _is_cast_to(node, "JSON"),
    ),
    Rule(
        "list",
        "the order of the values is lost on Spark, and a list does not spill to disk.",
        "STRING_AGG(x, ';' ORDER BY x), or one row per value.",
        _is("ArrayAgg", "ArrayUniqueAgg", "Comprehension"),
    ),
    Rule(
        "date_diff",
        "on timestamps DuckDB counts midnights passed, Spark whole days elapsed.",
        "DATE_DIFF('day', CAST(a AS DATE), CAST(b AS DATE)).",
        _either(_date_diff_of_times, _calls("date_sub", "datesub")),
    ),
    Rule(
        "date_minus_date",
        "it is a number of days on DuckDB, an interval on Spark.",
        "DATE_DIFF('day', CAST(a AS DATE), CAST(b AS DATE)).",
        _difference_of_dates,
    ),
    Rule(
        "arg_max",
        "DuckDB skips a NULL value, Spark does not; ties are decided by chance.",
        "ROW_NUMBER() OVER (PARTITION BY ... ORDER BY a total order), and keep row 1.",
        _either(_is("ArgMax", "ArgMin"), _calls("arg_min_null", "arg_max_null")),
    ),
    Rule(
        "any_value",
        "which row it takes is decided by chance.",
        "MIN(x), MAX(x) or ROW_NUMBER() with a total order.",
        _is("AnyValue", "First", "Last"),
    ),
    Rule(
        "order_by_struct",
        "structs are ordered differently or not at all.",
        "name the columns one by one.",
        _order_by_struct,
    ),
    Rule(
        "sum",
        "the sum of integers has another type on each engine (HUGEINT, BIGINT, NUMBER(38)).",
        "CAST(SUM(x) AS BIGINT) or AS DECIMAL(18,2).",
        _uncast_sum,
    ),
    Rule(
        "division",
        "the quotient has another type on each engine (DOUBLE, DECIMAL, NUMBER with 6 decimals).",
        "CAST(a / b AS DOUBLE) or AS DECIMAL(18,2).",
        _uncast_division,
    ),
    Rule(
        "epoch",
        "it has another type on each engine, and below seconds another meaning.",
        "CAST(EPOCH(x) AS BIGINT) of whole seconds.",
        _either(_uncast("TimeToUnix"), _epoch_ms, _calls("epoch_us", "epoch_ns")),
    ),
    Rule(
        "text_beside_distinct",
        "STRING_AGG beside COUNT(DISTINCT ...) in one SELECT crashes Spark.",
        "count in a CTE of its own and join it.",
        _text_beside_distinct,
    ),
    Rule(
        "unordered_window",
        "without an order the row it takes is decided by chance.",
        "ORDER BY ... ending in the key of the row.",
        _unordered_window,
    ),
    Rule(
        "unordered_text",
        "without an order the text differs from run to run.",
        "STRING_AGG(x, ';' ORDER BY x).",
        _unordered_text,
    ),
    Rule(
        "unordered_limit",
        "which rows stay is decided by chance.",
        "ORDER BY ... ending in the key of the row.",
        _unordered_limit,
    ),
    Rule(
        "join_kind",
        "ASOF, POSITIONAL, SEMI and ANTI joins are not known on every engine.",
        "EXISTS, NOT EXISTS, or ROW_NUMBER() over an ordinary join.",
        _special_join,
    ),
    Rule(
        "unnest_beside_join",
        "on Spark it becomes a LATERAL VIEW, which the condition of a join beside it cannot see.",
        "unnest in a CTE of its own, and join that.",
        _unnest_beside_join,
    ),
    Rule("union_by_name", "Snowflake and Spark match columns differently.", "name the columns in one order.", _by_name),
    Rule(
        "computed_interval",
        "Snowflake takes only a literal; the number is lost.",
        "compare DATE_DIFF('day', CAST(a AS DATE), CAST(b AS DATE)) with the number.",
        _either(
            _computed_interval, _is("ToDays"), _calls("to_hours", "to_minutes", "to_seconds", "to_weeks", "to_months")
        ),
    ),
    Rule(
        "reads_a_file",
        "a table file reads tables only, or the run could not say what it read.",
        "the parse boundary in sources/.",
        _reads_a_file,
    ),
    Rule(
        "time_or_chance",
        "two runs of the same inputs would differ.",
        "`-- setting: as_of` and $as_of.",
        _either(
            _is("CurrentDate", "CurrentTimestamp", "CurrentTime", "Localtimestamp", "Rand", "Uuid"),
            _calls(*_TIME_OR_CHANCE),
        ),
    ),
    Rule("hash", "it gives other values on each engine.", "md5() of a text.", _calls("hash")),
    Rule(
        "unknown_function",
        "the translator does not know it and passes it on as it stands.",
        "a function of standard SQL, or a Python table.",
        _unknown_function,
    ),
)
