"""The vendor's public files in their own shape, made from our table: a registry of 422 models as in September
2026, of 383 as in August, and a price list; and a server that publishes them."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from rh_ui.catalog.importer.naming import Names
from rh_ui.catalog.loader import DATA_FOLDER, TableEntry, read_entries
from rh_ui.catalog.published import published
from tests.registries import Model, param

VERSION: Final = "public-2026-04-29"
"""What the vendor writes into every edition."""
NEWEST: Final = {
    path: (english, chinese[0] if chinese else english)
    for line in Path(__file__).with_name("newest_models.tsv").read_text(encoding="utf-8").splitlines()
    for path, english, *chinese in [line.split("\t")]
}
"""The 39 that September brought, with the names that the vendor gave them."""
UNITS: Final = {
    "call": "/次", "second": "/秒", "image": "/张", "input second": "/秒",
    "1000 characters": "/1000字符", "million tokens": "/百万 tokens",
}  # fmt: skip


def listed(count: int) -> list[TableEntry]:
    """The models in the registry of 422 or of 383, as our table has them."""
    unlisted = Names(DATA_FOLDER / "naming").unlisted
    found = [
        entry
        for entry in read_entries(DATA_FOLDER, [])
        if entry.path not in unlisted and not entry.raw.get("deprecated")
    ]
    found = found if count == 422 else [entry for entry in found if entry.path not in NEWEST]
    assert len(found) == count
    return found


def vendor_model(entry: TableEntry) -> Model:
    """One of `models`, with every key that the vendor writes."""
    raw: dict[str, Any] = entry.raw
    english, chinese = NEWEST.get(entry.path, (entry.path, entry.path))
    return {
        "class_name": "".join(word.title() for word in entry.path.replace("/", "-").split("-")),
        "display_name": f"RH {english}",
        "endpoint": entry.path,
        "output_type": "string" if raw["modality"] == "text" else raw["modality"],
        "category": f"RunningHub/{entry.family}",
        "params": [_param(field) for field in raw["fields"]],
        "name_cn": chinese,
        "name_en": english,
    }


def _param(field: dict[str, Any]) -> Model:
    written = param(field)
    if "options" in written:
        written["options"] = [
            {"value": each["value"], "description": each["value"], "descriptionEn": each["value"]}
            for each in written["options"]
        ]
    return {**written, "label": field["key"], "description": field["key"]}


def registry(models: list[Model]) -> Model:
    """The content of the file around them."""
    return {
        "version": VERSION,
        "source": "models_registry.json",
        "model_count": len(models),
        "counts_by_output_type": dict(Counter(str(each["output_type"]) for each in models)),
        "counts_by_category": dict(Counter(str(each["category"]) for each in models)),
        "models": models,
    }


def price_list(prices: Mapping[str, Model]) -> Model:
    """The other file: the price of each endpoint, as a unit with a figure or as rules."""
    return {
        "version": VERSION,
        "source": "models_registry.json public-safe pricing summaries",
        "note": "Prices may change.",
        "pricing_count": len(prices),
        "counts_by_pricing_type": {"fixed": len(prices)},
        "pricing": [
            {
                "endpoint": path,
                "name_cn": path,
                "name_en": path,
                "currency": "CNY",
                "source": "derived_from_public_safe_pricing_summary",
                "updated_at": "2026-04-29",
                "pricing_type": "parameter_based" if "rules" in price else "fixed",
                **({"depends_on": sorted(price["rules"][0]["when"])} if "rules" in price else {}),
                **price,
            }
            for path, price in prices.items()
        ],
    }


def plain_prices(entries: list[TableEntry]) -> dict[str, Model]:
    """Our prices that the vendor's list can express."""
    found: dict[str, Model] = {}
    for entry in entries:
        price: Any = entry.raw.get("price")
        if not isinstance(price, dict) or price.keys() - {"unit", "currency", "date", "amount", "quantity"}:
            continue
        if price["unit"] not in UNITS:
            continue
        found[entry.path] = {"unit": UNITS[price["unit"]], "price": float(price["amount"])}
    return found


@dataclass
class Published:
    """A web folder with both files, and the requests with their headers."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, models: list[Model], prices: Mapping[str, Model] | None = None) -> None:
        """Publish these now; None: no price list."""
        self.files = {published().registry: json.dumps(registry(models), ensure_ascii=False).encode()}
        if prices is not None:
            self.files[published().prices] = json.dumps(price_list(prices), ensure_ascii=False).encode()


@contextmanager
def publishing() -> Iterator[Published]:
    """A server that has nothing yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            body = place.files.get(self.path.rpartition("/")[2])
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place = Published(f"http://127.0.0.1:{server.server_address[1]}/kit")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
