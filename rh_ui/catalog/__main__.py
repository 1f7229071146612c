"""The table on the command line: `python -m rh_ui.catalog dump | check | show | refresh | diff`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

from rh_ui.catalog.dump import endpoint_json
from rh_ui.catalog.importer.overlay import propose, write_table
from rh_ui.catalog.importer.refresh import Report, convert, overwritten, refresh
from rh_ui.catalog.importer.registry import is_registry, read_registry
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog
from rh_ui.catalog.missing_words import missing_words
from rh_ui.catalog.pricing import estimate, unit_price
from rh_ui.catalog.schema import Endpoint
from rh_ui.errors import NotFound, TableFault


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code (1: faults or differences found)."""
    parser = argparse.ArgumentParser(prog="python -m rh_ui.catalog", description="The table of endpoints.")
    parser.add_argument("--data", type=Path, default=None, metavar="FOLDER", help="another table's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("dump", help="print every endpoint, a JSON object a line")
    checking = commands.add_parser("check", help="read every file and name its faults")
    checking.add_argument(
        "registry", type=Path, nargs="?", help="a vendor's registry to check in their place"
    )
    show = commands.add_parser("show", help="print one endpoint for a person")
    show.add_argument("endpoint")
    for name, text in (
        ("refresh", "write the generated files from the vendor's registry or a facts file; corrections stay"),
        ("diff", "print what refresh would change; exit 1 if anything"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("sources", type=Path, metavar="REGISTRY|FACTS", nargs="+")
        command.add_argument("--prices", type=Path, help="a price list, when it is a file apart")
        command.add_argument("--force", action="store_true", help="overwrite what was changed by hand, too")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except (NotFound, TableFault, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "dump":
            for endpoint in load_catalog(options.data).endpoints.values():
                entry = endpoint_json(endpoint)
                _say(json.dumps(entry | {"price": entry["price"] or "unknown"}, ensure_ascii=False))
            return 0
        case "check":
            return _check_registry(options.registry) if options.registry else _check(options.data)
        case "show":
            _show(load_catalog(options.data).get(options.endpoint))
            return 0
        case "refresh" if is_registry(options.sources[0]):
            return _refresh_from_registry(options)
        case "refresh":
            _report(refresh(options.sources, options.data, options.prices, options.force))
            return 0
        case _ if is_registry(options.sources[0]):
            folder = options.data or DATA_FOLDER
            proposal = propose(_one(options.sources), prices=options.prices, folder=folder)
            _say_all(overwritten(folder, proposal.texts))
            _say_all(proposal.notices, proposal.changes)
            return 1 if proposal.changes else 0
        case _:
            return _diff(options.sources, options.data or DATA_FOLDER, options.prices)


def _one(files: Sequence[Path]) -> Path:
    if len(files) > 1:
        raise TableFault("A registry is read alone; name one file.")
    return files[0]


def _check_registry(file: Path) -> int:
    registry = read_registry(file)
    _say_all(registry.notices)
    _say(f"{registry.total} entries, {len(registry.listed)} of them usable.")
    return 1 if registry.notices else 0


def _refresh_from_registry(options: argparse.Namespace) -> int:
    folder = options.data or DATA_FOLDER
    proposal = propose(_one(options.sources), prices=options.prices, folder=folder)
    warnings = overwritten(folder, proposal.texts)
    if warnings and not options.force:
        raise TableFault(" ".join([*warnings, "Nothing was written; --force writes all the same."]))
    write_table(folder, proposal.texts)
    _say_all(proposal.notices, proposal.notes, proposal.changes)
    _say(f"{proposal.listed} endpoints listed, {len(proposal.catalog.endpoints)} in the table.")
    _say(f"{len(proposal.texts)} files written; `check` says whether every correction still fits.")
    return 0


def _check(folder: Path | None) -> int:
    catalog = load_catalog(folder)
    unsaid = list(missing_words(catalog)) if folder is None else []
    _say_all(catalog.notices, unsaid)
    documented = sum(endpoint.documented for endpoint in catalog.endpoints.values())
    found = f"{len(catalog.endpoints)} endpoints, {documented} of them documented"
    faults = len(catalog.notices) + len(unsaid)
    _say(f"{found}; {faults} faults.")
    return 1 if faults else 0


def _show(endpoint: Endpoint) -> None:
    _say(f"{endpoint.title}\n{endpoint.path}")
    kind = f"{endpoint.modality.value} · {endpoint.task} · {endpoint.family}"
    _say(f"{kind}{' · deprecated' if endpoint.deprecated else ''}")
    _say(f"price: {unit_price(endpoint.price) if endpoint.price else 'unknown'}")
    guess = estimate(endpoint, {})
    amount = (
        f"{'from ' if guess.from_ else ''}{guess.money.amount} {guess.money.currency}: "
        if guess.money
        else ""
    )
    _say(f"with its defaults: {amount}{guess.how}")
    for field in endpoint.fields:
        limits = [
            "required" if field.required else "optional",
            "" if field.default is None else f"default {json.dumps(field.default, ensure_ascii=False)}",
            f"one of {', '.join(field.values)}" if field.options else "",
            "" if field.min is None else f"from {field.min}",
            "" if field.max is None else f"to {field.max}",
            "" if field.max_length is None else f"up to {field.max_length} characters",
            "" if field.max_items is None else f"up to {field.max_items}",
            f"{'/'.join(field.accept)}" if field.accept else "",
            "" if field.max_mb is None else f"up to {field.max_mb} MB",
        ]
        said = "; ".join(part for part in limits if part)
        _say(f"  {field.key} ({field.kind.value}): {said}")
    for rule in endpoint.rules:
        _say(f"  rule: {rule}")


def _report(report: Report) -> None:
    for note in report.notes:
        _say(note)
    for path in report.left_out:
        _say(f"{path}: left out: no parameters are recorded.")
    _say(f"{report.endpoints} endpoints in {len(report.files)} files.")


def _diff(facts: Sequence[Path], folder: Path, prices: Path | None) -> int:
    texts, report = convert(facts, folder, prices)
    _say_all(report.warnings)
    known = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.toml")}
    changed = False
    for name in sorted(texts.keys() | known.keys()):
        lines = unified_diff(
            known.get(name, "").splitlines(), texts.get(name, "").splitlines(), name, name, "", "", 1, ""
        )
        for line in lines:
            changed = True
            _say(line)
    return 1 if changed else 0


def _say_all(*groups: Sequence[str]) -> None:
    for group in groups:
        for line in group:
            _say(line)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
