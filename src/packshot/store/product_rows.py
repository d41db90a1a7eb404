"""The rows of catalogues. Every function takes the connection of its caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, select

from packshot.result import ProductRow
from packshot.store.dialects import insert_or
from packshot.store.tables import PRODUCT_ROW


def save_row(connection: Connection, row: ProductRow) -> None:
    """Keeps a row, in place of the same product's before."""
    values = {
        "position": row.position,
        "key": row.key,
        "state": row.state,
        "run_id": row.run_id,
        "row": row.model_dump(mode="json"),
    }
    put = insert_or(connection, PRODUCT_ROW).values(catalogue=row.catalogue, sku=row.sku, **values)
    connection.execute(put.on_conflict_do_update(index_elements=["catalogue", "sku"], set_=values))


def find_row(connection: Connection, catalogue: str, sku: str) -> ProductRow | None:
    """The product's row; None where there is none."""
    wanted = select(PRODUCT_ROW.c.row).where(PRODUCT_ROW.c.catalogue == catalogue, PRODUCT_ROW.c.sku == sku)
    found = connection.execute(wanted).scalar()
    return None if found is None else ProductRow.model_validate(found)


def skus_of_run(connection: Connection, run_id: str) -> list[tuple[str, str]]:
    """Catalogue and SKU of the rows whose picture a run made."""
    wanted = select(PRODUCT_ROW.c.catalogue, PRODUCT_ROW.c.sku).where(PRODUCT_ROW.c.run_id == run_id)
    return [(catalogue, sku) for catalogue, sku in connection.execute(wanted.order_by(*wanted.selected_columns))]
