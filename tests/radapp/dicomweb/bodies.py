"""Reading answers: multipart bodies by the standard library, which shares nothing with our writer."""

from email import message_from_bytes

from django.http.response import HttpResponseBase


def content_of(response: HttpResponseBase) -> bytes:
    """The whole body, streamed or not."""
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content  # type: ignore[attr-defined]


def parts_of(response: HttpResponseBase, body: bytes | None = None) -> list[tuple[str, bytes]]:
    """(content type, octets) of each part."""
    content = content_of(response) if body is None else body
    assert body is not None or int(response["Content-Length"]) == len(content)
    message = message_from_bytes(b"Content-Type: " + response["Content-Type"].encode() + b"\r\n\r\n" + content)
    assert message.is_multipart(), response["Content-Type"]
    return [(part["Content-Type"], part.get_payload(decode=True)) for part in message.get_payload()]  # type: ignore[attr-defined]
