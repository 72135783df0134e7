"""The names of statuses in `requests.codes`, each with its status."""

from __future__ import annotations

_NAMES = {
    200: "ok okay all_ok all_okay all_good",
    201: "created",
    202: "accepted",
    204: "no_content",
    206: "partial partial_content",
    301: "moved_permanently moved",
    302: "found",
    303: "see_other other",
    304: "not_modified",
    307: "temporary_redirect temporary_moved temporary",
    308: "permanent_redirect",
    400: "bad_request bad",
    401: "unauthorized",
    402: "payment_required payment",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed not_allowed",
    406: "not_acceptable",
    408: "request_timeout timeout",
    409: "conflict",
    410: "gone",
    412: "precondition_failed",
    415: "unsupported_media_type unsupported_media media_type",
    422: "unprocessable_entity unprocessable",
    423: "locked",
    429: "too_many_requests too_many",
    500: "internal_server_error server_error",
    501: "not_implemented",
    502: "bad_gateway",
    503: "service_unavailable unavailable",
    504: "gateway_timeout",
}
CODES = {name: status for status, names in _NAMES.items() for name in names.split()}
"""Every name with its status; the library has each in capitals, too."""
