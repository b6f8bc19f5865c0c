"""The forms of records, release documents and claims, as docs/ledger.md shows them."""
import json, os, re
from standards import exists

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "ledger.md")
NAME, HEX, INHERITED = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", "[0-9a-f]{64}", {"__proto__", "constructor", "prototype"}

with open(PAGE, encoding="utf-8") as file:
    FORMS = json.loads(re.search(r"<!-- forms -->\s+```json\n(.*?)```", file.read(), re.S)[1])

def is_text(pattern): return lambda it: isinstance(it, str) and re.fullmatch(pattern, it, re.A | re.S) is not None
def is_number(takes): return lambda it: isinstance(it, (int, float)) and not isinstance(it, bool) and takes(it)

LEAVES = {
    "text": is_text(".*"), "words": is_text(".+"), "path": is_text(r"(?:(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f\x7f-\x9f]+(?:/(?!$)|$))+"),
    "name": is_text(f"(?=.{{1,100}}$){NAME}"), "commit": is_text("[0-9a-f]{40}"),
    "digest": is_text(f"sha256:{HEX}"), "time": lambda it: is_text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")(it) and exists(it),
    "number": is_number(lambda it: True), "count": is_number(lambda it: it % 1 == 0 and 1 <= it < 2**53),
    "seconds": is_number(lambda it: it % 1 == 0 and 0 <= it <= 253402300799), "flag": lambda it: isinstance(it, bool), "anything": lambda it: True}

def misfit(value, form):
    """Where a value has not a form: a member's name, or "" for all of it. A name with a question mark may be absent, * stands for any name."""
    if isinstance(form, list):
        return None if isinstance(value, list) and all(misfit(it, form[0]) is None for it in value) else ""
    if isinstance(form, str):
        return None if (value in form[2:].split(" | ") if form.startswith("= ") else LEAVES[form](value)) else ""
    if not isinstance(form, dict) or not isinstance(value, dict):
        return None if value == form and not isinstance(value, bool) else ""
    if "*" in form:
        return next((name for name, it in value.items() if name in INHERITED or misfit(it, form["*"]) is not None), None)
    return next((name for name, inner in form.items() if (
        misfit(value[name.rstrip("?")], inner) is not None if name.rstrip("?") in value else not name.endswith("?"))), None)
