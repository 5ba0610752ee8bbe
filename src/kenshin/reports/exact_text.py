"""Host text as members of a JSON object: valid Unicode to read, and the exact bytes where that is not all."""

from base64 import b64decode, b64encode

from kenshin.model.escape import show


def member(key: str, text: str) -> dict[str, object]:
    """`{key: text}`; for text with undecodable bytes, escaped, with the bytes beside it as `key_base64`."""
    exact = _exact(text)
    return {key: text} if exact is None else {key: show(text), f"{key}_base64": exact}


def members(key: str, texts: tuple[str, ...]) -> dict[str, object]:
    """`{key: texts}`; where one has undecodable bytes, a list beside it with the bytes or null for each."""
    exact = [_exact(text) for text in texts]
    if not any(one is not None for one in exact):
        return {key: list(texts)}
    shown = [text if one is None else show(text) for text, one in zip(texts, exact, strict=True)]
    return {key: shown, f"{key}_base64": exact}


def _exact(text: str) -> str | None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return b64encode(_bytes(text)).decode("ascii")
    return None


def decoded(encoded: str, shown: str) -> str | None:
    """The text in base64 that shows so; None when none does.

    Errors: ValueError when it is not base64, or not text in either way of writing.
    """
    exact = b64decode(encoded, validate=True)
    text = exact.decode("utf-8", "surrogateescape")
    if show(text) != shown:
        text = exact.decode("utf-8", "surrogatepass")
    return text if show(text) == shown else None


def _bytes(text: str) -> bytes:
    """The bytes that were decoded to the text; a text that no bytes give keeps its surrogates as they are."""
    try:
        encoded = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    returns = encoded.decode("utf-8", "surrogateescape") == text
    return encoded if returns else text.encode("utf-8", "surrogatepass")
