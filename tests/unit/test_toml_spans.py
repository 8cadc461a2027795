from __future__ import annotations

import tomli
from hypothesis import given
from hypothesis import strategies as st

from lpack.toml_lines import key_lines
from lpack.toml_spans import places

DOCUMENT = '''\
[tool.lpack.functions.api]
handler = "app.handler"   # a comment
environment = { A = "x", "b c" = """q
w""" , D={E=[1, 2.5, {z=1}]}}
layers = [
  "a",
  'b' ,
]
a.b . c = 1979-05-27 07:32:00
[[x]]
k=1
[[x]]
k=[ ]
'''


def shown(key: str) -> tuple[str | None, str | None]:
    _, place = places(DOCUMENT)[key]
    return (
        place.key and DOCUMENT[slice(*place.key)],
        place.value and DOCUMENT[slice(*place.value)],
    )


def test_keys_and_values_are_found_to_the_character() -> None:
    """Comments, white space and commas are no part of them."""
    api = "tool.lpack.functions.api"

    assert shown(api) == (api, None)
    assert shown(f"{api}.handler") == ("handler", '"app.handler"')
    assert shown(f'{api}.environment."b c"') == ('"b c"', '"""q\nw"""')
    assert shown(f"{api}.environment.D.E[1]") == (None, "2.5")
    assert shown(f"{api}.environment.D.E[2].z") == ("z", "1")
    assert shown(f"{api}.layers[1]") == (None, "'b'")
    assert shown(f"{api}.layers") == ("layers", "[\n  \"a\",\n  'b' ,\n]")
    assert shown(f"{api}.a.b.c") == ("a.b . c", "1979-05-27 07:32:00")
    assert shown("x[1].k") == ("k", "[ ]")


@given(st.text(alphabet="ab=.[]{},\"'\n# 1\\", max_size=60))
def test_any_text_has_places_that_lie_inside_of_it(text: str) -> None:
    """Whatever the text, no error; of valid TOML, every value can be read by itself."""
    found = places(text)

    spans = [span for _, one in found.values() for span in (one.key, one.value) if span]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    for _, one in found.values():
        if one.value is not None:
            tomli.loads(f"key = {text[slice(*one.value)]}")
    assert {path for path, _ in found.values()} <= set(key_lines(text))
