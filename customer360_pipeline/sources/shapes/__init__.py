"""The shapes an entity of a source can have, and their canonical fields.

A source's YAML maps a vendor's fields to these; later rooms read only the union of each shape, so that a
new source adds rows and never a join. A raw table has every field of its shape, in this order and type,
then `extra` (JSON of the vendor's fields that are not mapped), `source_file` and `source_row`.
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.billing import (
    BALANCE_TRANSACTION,
    CREDIT_NOTE,
    INVOICE,
    PRICE,
    PRODUCT,
    SUBSCRIPTION,
)
from customer360_pipeline.sources.shapes.payments import CHARGE, DISPUTE, REFUND
from customer360_pipeline.sources.shapes.people import ACCOUNT, CONTACT
from customer360_pipeline.sources.shapes.product import ARTICLE_VIEW, ENTITLEMENT, FEATURE, LOGIN, PRODUCT_EVENT
from customer360_pipeline.sources.shapes.shape import TRAILER, Shape
from customer360_pipeline.sources.shapes.support import TICKET, TICKET_METRIC, TICKET_RATING
from customer360_pipeline.sources.shapes.web import TOUCH, WEB_EVENT

__all__ = ["SHAPES", "TRAILER", "Shape"]

_ALL = (
    CONTACT, ACCOUNT, CHARGE, REFUND, DISPUTE, SUBSCRIPTION, INVOICE, PRODUCT, PRICE, CREDIT_NOTE, BALANCE_TRANSACTION,
    TOUCH, WEB_EVENT, TICKET, TICKET_METRIC, TICKET_RATING, PRODUCT_EVENT, FEATURE, ENTITLEMENT, LOGIN, ARTICLE_VIEW,
)  # fmt: skip
SHAPES = {shape.name: shape for shape in _ALL}
