"""What the makers of vectors share: zones in short form, messages, and files of cases."""
import base64
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent
CLIENT = "192.0.2.1"


def records(names):
    """A zone in short form: "TXT text", "A 192.0.2.1", "MX 10 host", "TIMEOUT", "SERVFAIL A" (for that type only)."""
    return {name.lower(): [record(text) for text in ([value] if isinstance(value, (str, dict)) else value)] for name, value in names.items()}


def record(text):
    if isinstance(text, dict):
        return text
    kind, _, data = text.partition(" ")
    if kind == "MX":
        preference, host = data.split(" ")
        return {"type": "MX", "preference": int(preference), "data": host}
    if kind in ("TIMEOUT", "SERVFAIL"):
        return {"type": kind, "for": data} if data else {"type": kind}
    return {"type": kind, "data": data}


def message(*fields, body="Hello.\r\n"):
    return ("".join(field + "\r\n" for field in fields) + "\r\n" + body).encode()


class Suite:
    def __init__(self, name, document):
        self.name, self.document, self.cases = name, document, []

    def add(self, case, section, note, zone, expect, text=None, **given):
        if text is not None:
            given["message_b64"] = base64.b64encode(text).decode()
        self.cases.append({
            "id": f"{self.name}/{case}", "suite": self.name, "source": f"{self.document} section {section}" if section[0].isdigit() else section,
            "note": note, "checks": self.name, "zone": records(zone), "input": given, "expect": expect,
        })

    def write(self):
        ids = [case["id"] for case in self.cases]
        assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
        with open(FOLDER / f"{self.name}.jsonl", "w", newline="\n") as file:
            for case in self.cases:
                file.write(json.dumps(case, ensure_ascii=False) + "\n")
        print(f"{len(ids):4} {self.name}")
        return len(ids)
