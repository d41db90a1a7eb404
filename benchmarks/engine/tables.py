"""What was measured, as Markdown."""

from __future__ import annotations

from typing import Any


def text(found: dict[str, Any]) -> str:
    """The whole report."""
    about = found["machine"]
    lines = [", ".join(f"{name} {value}" for name, value in about.items() if value is not None), ""]
    if "lab" in found:
        lines += [*_lab(found["lab"]), ""]
    return "\n".join([*lines, *(_calls(found["calls"]) if found["calls"] else [])])


def _lab(rows: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| the lab's ten pictures | seconds | pictures/s | times (b): lowest, median, highest | outside | peak GB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in rows.items():
        ratio = row["ratio"]
        spread = f"{ratio['lowest']:.2f}, **{ratio['median']:.2f}**, {ratio['highest']:.2f}"
        outside = "" if row["outside"] is None else f"{row['outside']:.1%}"
        peak = "" if row["peak_gb"] is None else f"{row['peak_gb']:.2f}"
        lines.append(
            f"| {name} | {row['seconds']['median']:.1f} | {row['pictures_per_s']:.2f} | {spread} | {outside} | {peak} |"
        )
    return lines


def _calls(calls: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| denoiser call | rows | ms | GFLOP | GFLOP/s | of the matrix product |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for call in calls:
        lines.append(
            f"| {call['runtime']} {call['precision']} | {call['rows']} | {call['milliseconds']:.0f} | "
            f"{call['gflop']:.1f} | {call['gflops']:.0f} | {call['share']:.0%} |"
        )
    return lines
