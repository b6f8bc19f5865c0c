"""A second verifier of Sluice's ledger, written from docs/ledger.md: python3 verify.py GIT_DIR BRANCH RULES.json

Reads the loose objects of a repository. Needs Python's standard library and the program openssl. Prints one problem a line, and ends with 1
if there is any. RULES.json says what delivery.yml would: trust, accounts, products, environments, advisory, repository, tokens.
"""
import base64, datetime, hashlib, json, os, re, subprocess, sys, tempfile, zlib

NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
HEX = "[0-9a-f]{64}"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRODUCT_EVENTS = {"built", "tested", "adopted", "released"}
STATED = {"planned", "started", "deployed", "withdrawn"}
ENDINGS = {"accepted", "unchanged", "failed", "rejected", "expired", "cancelled", "superseded", "obsolete", "bypassed"}
NEEDS_RELEASE = STATED | {"accepted", "unchanged"}
ISSUER = "https://token.actions.githubusercontent.com"
SKEW, DECIDED, LONGEST_RUN, MOST_OPEN = 5 * 60_000, 10 * 60_000, 35 * 86_400_000, 200

class Bad(Exception):
    pass

# Canonical JSON (RFC 8785), digests, times

def number(value):
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    digits, _, power = repr(value).partition("e")
    if not power:
        return digits if abs(value) >= 1e-6 else f"{value:e}"
    return f"{digits}e{int(power):+d}"

def canonical(value):
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)

def sha256(data):
    return "sha256:" + hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()

def whole(text):
    return int(text) if abs(int(text)) < 2**53 else float(text)

def parse(data):
    try:
        return json.loads(data.decode(), parse_int=whole)
    except (ValueError, RecursionError):
        raise Bad("it is not JSON")

def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)

def ms(time):
    """Whole milliseconds since the epoch: further digits are cut off."""
    if not isinstance(time, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time, re.A):
        raise Bad("its time is malformed")
    try:
        moment = datetime.datetime.fromisoformat(time[:19] + "+00:00")
    except ValueError:
        raise Bad("its time does not exist")
    return int(moment.timestamp()) * 1000 + int((time[20:-1] + "000")[:3])

# Forms of members: a form takes a value or not

def is_text(value): return isinstance(value, str)
def is_flag(value): return isinstance(value, bool)
def is_number(value): return isinstance(value, (int, float)) and not is_flag(value)
def is_count(value): return isinstance(value, int) and not is_flag(value) and 1 <= value < 2**53
def is_digest(value): return is_text(value) and re.fullmatch("sha256:" + HEX, value) is not None
def is_commit(value): return is_text(value) and re.fullmatch("[0-9a-f]{40}", value) is not None
def is_name(value): return is_text(value) and len(value) <= 100 and re.fullmatch(NAME, value) is not None
def any_of(*texts): return lambda value: is_text(value) and value in texts
def list_of(form): return lambda value: isinstance(value, list) and all(map(form, value))

def map_of(form):
    inherited = {"__proto__", "constructor", "prototype"}
    return lambda value: isinstance(value, dict) and not inherited & set(value) and all(map(form, value.values()))

def members(**forms):
    """Members whose name ends with _ may be absent."""
    def takes(value):
        return isinstance(value, dict) and all(
            form(value[name.rstrip("_")]) if name.rstrip("_") in value else name.endswith("_") for name, form in forms.items())
    return takes

def is_time(value):
    try:
        return ms(value) is not None
    except Bad:
        return False

RELEASE = members(digest=is_digest, commit=is_commit)
FACTS = map_of(lambda _: True)
PERSON = members(id=is_text, login=is_text)
OUTCOME = dict(reason_=is_text, jobs_=map_of(is_text), ended_=list_of(members(run=is_text, attempt=is_count)))
ANNOUNCED = members(
    promotion_=members(kind=any_of("release", "rollback", "hotfix"), reason_=is_text),
    authors_=members(accounts=list_of(members(id_=is_text, login=is_text)), unknown=list_of(is_text)))
DETAILS = {
    "built": FACTS, "tested": FACTS, "released": FACTS, "deployed": FACTS, "adopted": members(reason_=is_text, checked_=is_text), "planned": ANNOUNCED, "started": ANNOUNCED,
    "withdrawn": members(reason_=is_text, also_=list_of(is_digest)),
    "accepted": members(**OUTCOME, checks_=is_number, unchanged_=is_flag),
    "unchanged": members(**OUTCOME, acceptedBy_=is_count, acceptedAt_=is_time),
    "failed": members(**OUTCOME, untouched_=is_flag, also_=list_of(is_digest)),
    "cancelled": members(**OUTCOME, untouched_=is_flag),
    "rejected": members(**OUTCOME, by_=PERSON, comment_=is_text),
    "superseded": members(**OUTCOME, supersededBy_=is_text)}
APPROVAL = members(
    userId=is_text, login=is_text, state=any_of("approved", "rejected"), comment=is_text, seenAt=is_text, bot_=is_flag,
    reviewer_=any_of("named", "member", "no", "undecided"))
PROTECTION = members(
    id=is_count, environment=is_text, reviewers=list_of(members(type=any_of("User", "Team"), id=is_text, name=is_text)),
    preventSelfReview=is_flag, adminBypass=is_flag, branchPolicy=any_of("protected", "custom", "none"), refs=list_of(is_text),
    secondPerson_=any_of("none"))
RUN = members(
    repository=is_text, id=is_text, attempt=is_count, job=is_text, ref=is_text, workflow=is_text, workflowSha=is_text, runner=is_text,
    triggeringActor_=is_text, sluice_=lambda value: isinstance(value, dict) and is_text(value.get("repository")))
RECORD = dict(
    version=lambda value: value == 2 and is_count(value), sequence=is_count, previous_=is_digest, time=is_time,
    state=members(section=is_digest, ledger=is_digest), key_=members(signer=is_text, fingerprint=is_digest),
    product=is_text, environment_=is_name, environmentId_=is_count, release_=RELEASE,
    unit_=members(name=is_name, kind=is_text, digest=is_digest, fingerprint=is_digest), plan_=is_digest, dossier_=is_digest,
    evidence_=list_of(members(type=is_text, digest=is_digest, source_=is_text)), actor=PERSON,
    policy_=members(path=is_text, commit=is_commit, digest=is_digest), approvals_=list_of(APPROVAL), protection_=PROTECTION, run=RUN,
    event=any_of(*PRODUCT_EVENTS, *STATED, *ENDINGS))

def read_record(data, sequence):
    record = parse(data)
    if depth(record) > 64:
        raise Bad("it nests too deep")
    for name, form in RECORD.items():
        if not members(**{name: form})(record):
            raise Bad(f"its member {name.rstrip('_')} is missing or malformed")
    event = record["event"]
    if "detail" in record and not DETAILS.get(event, members(**OUTCOME))(record["detail"]):
        raise Bad("its detail is malformed")
    if record["sequence"] != sequence or ("previous" in record) == (sequence == 1):
        raise Bad("it is not in its place")
    if ("environment" in record) == (event in PRODUCT_EVENTS):
        raise Bad(f"{event} does not go with its environment")
    if canonical(record).encode("utf-8", "surrogatepass") != data:
        raise Bad("it is not canonical")
    return record

# State of a section, and its index

def key_of(*question): return sha256(canonical(list(question)))[7:]

def identity(record):
    run = record["run"]
    return key_of("identity", record["product"], run["repository"], run["id"], run["attempt"], run["job"], record["event"],
                  record.get("environment"), record.get("unit", {}).get("name"),
                  *([record.get("release", {}).get("digest")] if record["event"] == "withdrawn" else []))

def undone_by(record):
    event, detail, release = record["event"], record.get("detail", {}), record.get("release")
    takes_back = event in ("withdrawn", "bypassed") or event in ("failed", "cancelled") and detail.get("untouched") is not True
    also = detail.get("also", []) if event in ("failed", "withdrawn") else []
    return list(dict.fromkeys(([release["digest"]] if release and takes_back else []) + also))

class Section:
    def __init__(self):
        self.known, self.index, self.files = {"open": []}, {}, {}

    def add(self, record):
        event, run, detail = record["event"], record["run"], record.get("detail", {})
        body = sha256(canonical({name: value for name, value in record.items() if name not in ("state", "key")}))
        reference = {"sequence": record["sequence"], "body": body}
        if "policy" in record:
            self.known.setdefault("config", record["policy"]["path"])
        if "environment" in record:
            self.tell(record, reference, event, detail)
            ends = [(end["run"], end["attempt"]) for end in [{"run": run["id"], "attempt": run["attempt"]}, *detail.get("ended", [])]]
            self.open(record, reference, ends)
            if event in ENDINGS:
                for end in ends:
                    self.index[key_of("ended", *end)] = reference
        self.lead(record, reference, event)

    def tell(self, record, reference, event, detail):
        known, release = self.known, record.get("release")
        place = release and {**reference, "release": release, "run": record["run"]["id"], "attempt": record["run"]["attempt"]}
        confirms = event == "accepted" and detail.get("unchanged") is True
        if place and event == "deployed":
            known.pop("found", None), known.pop("confirmed", None)
            known["deployed"] = place
        if place and (confirms or event == "unchanged"):
            known["found"] = place
        if place and confirms:
            known["confirmed"] = place
        if event in ("started", "deployed", "accepted", "bypassed"):
            known["judged"] = {**reference, "accepted": event == "accepted"}
        if event in ("deployed", "accepted"):
            known.pop("unfinished", None)
        if event == "started":
            known["unfinished"] = reference

    def open(self, record, reference, ends):
        event, now, own = record["event"], ms(record["time"]), ends[0]
        alive = [it for it in self.known["open"] if now - ms(it["heard"]) <= LONGEST_RUN]
        self.known["open"] = alive
        if event in ENDINGS:
            stays = lambda it, at: at not in ends or (at != own and event != "failed" and "begun" in it)
            self.known["open"] = [it for it in alive if stays(it, (it["run"], it["attempt"]))]
        elif event != "withdrawn":
            found = next((it for it in alive if (it["run"], it["attempt"]) == own), None)
            if found is None:
                if event != "started" and key_of("ended", *own) in self.index:
                    return
                if len(alive) >= MOST_OPEN:
                    alive.remove(next((it for it in alive if "begun" not in it), alive[0]))
                alive.append(found := {"run": own[0], "attempt": own[1]})
            found.update(last=reference, heard=record["time"])
            if event == "started":
                found.setdefault("begun", reference)

    def lead(self, record, reference, event):
        run, index, release, unit = record["run"]["id"], self.index, record.get("release", {}).get("digest"), record.get("unit")
        index[identity(record)] = reference
        if event in ("built", "tested", "adopted") and unit:
            index[key_of(event, unit["name"], unit["fingerprint"], unit["digest"])] = reference
        if event in ("planned", "started") and "plan" in record:
            index[key_of("plan", event, run, record["plan"])] = reference
        if release and event in ("started", "deployed"):
            index[key_of(event, run, release)] = reference
        if release and event in ("accepted", "unchanged"):
            index[key_of(event, release)] = reference
        if release and event == "released":
            index.setdefault(key_of("released", release), reference)
        for digest in undone_by(record):
            index[key_of("undone", digest)] = reference
            index[key_of("accepted-since", digest)] = None
            if event == "withdrawn":
                index[key_of("withdrawn", digest)] = reference
        if release and event in ("accepted", "unchanged") and index.get(key_of("accepted-since", release)) is None:
            index[key_of("accepted-since", release)] = reference

    def state(self):
        """The files of the section after its records; the digest of state.json."""
        level = {}
        for key, it in self.index.items():
            level.setdefault(key[:3], {})[key] = it and [it["sequence"], it["body"]]
        self.files = {}
        while True:
            texts = {digits: canonical(content) for digits, content in level.items()}
            self.files.update({f"index/{digits or 'root'}.json": text.encode() for digits, text in texts.items()})
            if set(texts) == {""}:
                break
            level = {}
            for digits, text in texts.items():
                level.setdefault(digits[:-1], {})[digits[-1]] = sha256(text)
        self.files["state.json"] = canonical({**self.known, "index": sha256(texts[""])}).encode()
        return sha256(self.files["state.json"])

# Signatures and tokens

def openssl_says(pem, signature, signed):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "signature", "signed")]
        for path, data in zip(paths, (pem, signature, signed)):
            with open(path, "wb") as file:
                file.write(data)
        command = ["openssl", "dgst", "-sha256", "-verify", paths[0], "-signature", paths[1], paths[2]]
        return subprocess.run(command, capture_output=True).returncode == 0

def pem_of(der):
    text = base64.b64encode(der).decode()
    return "".join(f"{line}\n" for line in ["-----BEGIN PUBLIC KEY-----", *re.findall(".{1,64}", text), "-----END PUBLIC KEY-----"]).encode()

def der(tag, content):
    size = len(content).to_bytes(max(1, (len(content).bit_length() + 7) // 8), "big")
    return bytes([tag]) + (size if len(content) < 128 else bytes([128 + len(size)]) + size) + content

def integer(value): return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))

def unspell(text):
    """base64url in its one spelling."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Bad("a part is not base64url")
    if not data or base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise Bad("a part is not base64url in its one spelling")
    return data

DUTIES = {"planned": "plan", "started": "intent", "deployed": "intent"}  # of an environment; all others: outcome

def check_signature(record, data, files, rules):
    key, path = record.get("key"), record_path(record["sequence"]) + ".sig"
    if key is None:
        if path in files or not rules.get("advisory"):
            raise Bad("it is not signed, or a signature lies beside a record that names no key")
        return
    signer = "builds" if "environment" not in record else f"{record['environment']}/{DUTIES.get(record['event'], 'outcome')}"
    listed = [it for it in rules["trust"] if it["key"] == key["fingerprint"] and signer in it["signs"]]
    if key["signer"] != signer or not any(it.get("from", 1) <= record["sequence"] <= it.get("until", 10 ** 15) for it in listed):
        raise Bad("its key is not trusted for what it says")
    try:
        pem = files[f"keys/{key['fingerprint'][7:]}.pem"]
        point = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]), validate=True)
        signature = base64.b64decode(files[path].removesuffix(b"\n"), validate=True)
        r = int.from_bytes(signature[4:4 + signature[3]], "big")
        s = int.from_bytes(signature[6 + signature[3]:], "big")
    except (KeyError, ValueError, IndexError):
        raise Bad("its key or its signature is missing or malformed")
    p256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
    if pem != pem_of(point) or not point.startswith(p256) or sha256(point) != key["fingerprint"]:
        raise Bad("its key is not the key of its name")
    one_form = base64.b64encode(signature) + b"\n" == files[path] and der(0x30, integer(r) + integer(s)) == signature
    envelope = b"DSSEv1 37 application/vnd.sluice.record.v2+json %d " % len(data) + data
    if not one_form or s > ORDER // 2 or not openssl_says(pem, signature, envelope):
        raise Bad("its signature was not made by its key")

def check_token(record, data, files, rules):
    path, run = record_path(record["sequence"])[:-4] + "jwt", record["run"]
    if path not in files:
        if rules.get("required"):
            raise Bad("there is no token beside it")
        return None
    parts = files[path].decode("latin1").removesuffix("\n").split(".")
    if len(parts) != 3 or not files[path].endswith(b"\n"):
        raise Bad("its token is malformed")
    header, claims = parse(unspell(parts[0])), parse(unspell(parts[1]))
    if not isinstance(header, dict) or header.get("alg") != "RS256" or header.get("typ", "JWT") != "JWT" or {"crit", "b64"} & set(header):
        raise Bad("the header of its token asks for something else")
    environment, gated = claims.get("environment"), record["event"] in ("started", "deployed")
    told = {"aud": "sluice:" + sha256(data)[7:], "repository_id": run["repository"], "run_id": run["id"], "run_attempt": str(run["attempt"]),
            "ref": run["ref"], "workflow_ref": run["workflow"], "workflow_sha": run["workflowSha"], "runner_environment": run["runner"],
            "actor_id": record["actor"]["id"]}
    wrong = [name for name, value in told.items() if claims.get(name) != value]
    texts = ("iss", "job_workflow_ref", "job_workflow_sha", "jti", "sub", "repository", "event_name")
    wrong += [name for name in texts if not is_text(claims.get(name)) or not claims[name]]
    wrong += [name for name in ("iat", "nbf", "exp") if not isinstance(claims.get(name), int)]
    if wrong or not re.fullmatch(re.escape(rules.get("issuer", ISSUER)) + r"(/[\w-]+)?", claims["iss"], re.A):
        raise Bad(f"its token says otherwise: {wrong}")
    if not claims["nbf"] <= claims["iat"] < claims["exp"] or abs(claims["iat"] * 1000 - ms(record["time"])) > SKEW:
        raise Bad("its token was issued at another time")
    if environment.lower() != record.get("environment", "").lower() if environment is not None else gated:
        raise Bad("its token is of a job of another environment")
    if "sluice" in rules and not claims["job_workflow_ref"].lower().startswith(rules["sluice"].lower() + "/.github/workflows/"):
        raise Bad("its token is of another workflow")
    for name in [name for name in files if re.fullmatch(f"issuer/{HEX}\\.json", name)]:
        key = parse(files[name])
        modulus = int.from_bytes(unspell(key["n"]), "big")
        rsa = der(0x30, integer(modulus) + integer(int.from_bytes(unspell(key["e"]), "big")))
        public = der(0x30, der(0x30, bytes.fromhex("06092a864886f70d0101010500")) + der(3, b"\0" + rsa))
        if openssl_says(pem_of(public), unspell(parts[2]), ".".join(parts[:2]).encode()):
            return name
    raise Bad("no key in issuer/ signed its token")

# Order of events

def order_problem(record, past):
    event, where, run = record["event"], record.get("environment"), (record["run"]["repository"], record["run"]["id"])
    release = record.get("release", {}).get("digest")
    if release is None:
        return f"{event} names no release" if event in NEEDS_RELEASE else None
    if past["commits"].get(release, record["release"]["commit"]) != record["release"]["commit"]:
        return "its release was released of another commit"
    if event in NEEDS_RELEASE and ("released", release) not in past["facts"]:
        return "its release was never released"
    if event == "started":
        planned = past["planned"].get((where, run), {})
        before = [(it["userId"], it["state"], it["comment"]) for it in planned.get("approvals", [])]
        fresh = [it for it in record.get("approvals", []) if not take(before, (it["userId"], it["state"], it["comment"]))]
        asks = (record.get("protection") or planned.get("protection") or {}).get("reviewers")
        if asks and (planned.get("plan") != record.get("plan") or not planned):
            return "its gate has reviewers, and its run announced no such plan"
        if asks and (any(it["state"] == "rejected" for it in fresh) or not any(counts(it, record["actor"]) for it in fresh)):
            return "its gate was not opened by another person"
    if event == "deployed" and ("started", where, release, run) not in past["facts"]:
        return "its run never recorded that it started"
    if event == "accepted" and record.get("detail", {}).get("unchanged") is not True and ("deployed", where, release) not in past["facts"]:
        return "it accepts what was not deployed"
    return None

def take(items, item):
    if item in items:
        items.remove(item)
        return True
    return False

def counts(answer, actor):
    login = answer["login"].lower()
    nobody = answer["userId"] == "" or login == "ghost" or answer.get("bot") is True or login.endswith("[bot]")
    return answer["state"] == "approved" and not (
        nobody or answer["userId"] == actor["id"] or login == actor["login"].lower() or answer.get("reviewer") == "no")

def note(record, past):
    event, where, run = record["event"], record.get("environment"), (record["run"]["repository"], record["run"]["id"])
    release = record.get("release", {}).get("digest")
    if event == "planned":
        past["planned"][(where, run)] = record
    facts = {"released": [("released", release)], "started": [("started", where, release, run)], "deployed": [("deployed", where, release)],
             "unchanged": [("deployed", where, release)]}
    past["facts"].update(facts.get(event, []))

# Files of one commit, the history, and the whole

def record_path(sequence): return f"records/{sequence // 1000}/{sequence}.json"

def read_head(files):
    head = parse(files.get("HEAD.json", b""))
    forms = dict(format=lambda it: it == 2, product=is_text, repository=is_text, sequence=lambda it: it == 0 or is_count(it))
    if not members(**forms, **({"hash": is_digest} if isinstance(head, dict) and head.get("sequence") else {}))(head):
        raise Bad("HEAD.json is malformed")
    if set(head) - {*forms, "hash"} or "hash" in head and not head["sequence"] or canonical(head).encode() != files["HEAD.json"]:
        raise Bad("HEAD.json has other members, or is not canonical")
    return head

def check_files(files, rules):
    head, problems, records, hashes, sections, standings = read_head(files), [], [], [None], {}, {}
    past = {"facts": set(), "planned": {}, "commits": {}}
    expected, identities, latest, keys = {"HEAD.json"}, set(), 0, set()
    for sequence in range(1, head["sequence"] + 1):
        path = record_path(sequence)
        if path not in files:
            return [f"{path}: it is missing"]
        try:
            records.append(read_record(files[path], sequence))
        except Bad as bad:
            return [f"{path}: {bad}"]
        hashes.append(sha256(files[path]))
    for record in reversed(records):
        if record["event"] == "released" and "release" in record:
            past["commits"][record["release"]["digest"]] = record["release"]["commit"]
    for record in records:
        sequence, path, section = record["sequence"], record_path(record["sequence"]), "product"
        try:
            if record.get("previous") != hashes[sequence - 1]:
                raise Bad("it names another hash of the record before")
            if latest - ms(record["time"]) > SKEW:
                raise Bad("time runs backwards")
            latest = max(latest, ms(record["time"]))
            if record["run"]["repository"] != rules.get("repository", head["repository"]) or record["product"] not in rules.get("products", [record["product"]]):
                raise Bad("it is of another repository or product")
            if identity(record) in identities:
                raise Bad("it repeats another")
            identities.add(identity(record))
            if problem := order_problem(record, past):
                raise Bad(problem)
            check_signature(record, files[path], files, rules)
            if token := check_token(record, files[path], files, rules.get("tokens", {})):
                keys.add(token)
        except Bad as bad:
            problems.append(f"{path}: {bad}")
        note(record, past)
        if "environment" in record:
            section = "environments/" + record["environment"]
        sections.setdefault(section, Section()).add(record)
        state = sections[section].state()
        standings = {name: {**it, "record": hashes[it["sequence"]]} for name, it in standings.items()}
        standings[section] = {"sequence": sequence, "state": state}
        whole_state = canonical({"sections": standings}).encode()
        if record["state"] != {"section": state, "ledger": sha256(whole_state)}:
            return problems + [f"{path}: it commits to another state"]
        expected |= {path} | {path + ".sig"} & set(files) | {path[:-4] + "jwt"} & set(files)
        named = [record.get("plan"), record.get("dossier"), *(it["digest"] for it in record.get("evidence", []))]
        keys |= {f"evidence/{digest[7:]}" for digest in named if digest} | ({f"keys/{record['key']['fingerprint'][7:]}.pem"} if "key" in record else set())
    problems += [f"{path}: it is missing, or not what its name says" for path in keys if path not in files or (
        not path.startswith("keys/") and sha256(files[path])[7:] != re.search(HEX, path)[0])]
    derived = {"state.json": whole_state} if records else {}
    for place, sequence in {"": len(records), **{f"sections/{name}/": it["sequence"] for name, it in standings.items()}}.items() if records else ():
        derived[place + "newest.json"] = files[record_path(sequence)]
        derived[place + "newest.json.sig"] = files.get(record_path(sequence) + ".sig", b"")
    if records:
        derived["newest.jwt"] = files.get(record_path(len(records))[:-4] + "jwt", b"")
    for name, section in sections.items():
        derived.update({f"sections/{name}/{path}": data for path, data in section.files.items()})
    problems += [f"{path}: it is not what the records lead to" for path, data in derived.items() if files.get(path) != data]
    problems += [f"{path}: it does not belong in the ledger" for path in set(files) - expected - keys - set(derived)]
    last = records[-1] if records else None
    if last and (head["hash"], head["product"], head["repository"]) != (hashes[-1], last["product"], last["run"]["repository"]):
        problems.append("HEAD.json: it does not agree with the newest record")
    if head["product"] not in rules.get("products", [head["product"]]) or head["repository"] != rules.get("repository", head["repository"]):
        problems.append("HEAD.json: it is of another repository or product")
    return problems

class Git:
    def __init__(self, folder): self.folder = folder

    def object(self, oid):
        with open(os.path.join(self.folder, "objects", oid[:2], oid[2:]), "rb") as file:
            return zlib.decompress(file.read()).split(b"\0", 1)[1]

    def tree(self, oid, prefix=""):
        """Path: (mode, oid) of every file."""
        found, data = {}, self.object(oid)
        while data:
            entry, rest = data.split(b"\0", 1)
            mode, name = entry.decode("utf-8", "surrogateescape").split(" ", 1)
            child, data = rest[:20].hex(), rest[20:]
            found.update(self.tree(child, prefix + name + "/") if mode == "40000" else {prefix + name: (mode, child)})
        return found

    def commits(self, branch):
        with open(os.path.join(self.folder, "refs", "heads", branch)) as file:
            oid = file.read().strip()
        line = []
        while oid:
            header = self.object(oid).split(b"\n\n", 1)[0].decode("utf-8", "replace")
            parents = re.findall("(?m)^parent (.*)$", header)
            line.insert(0, (re.search("(?m)^tree (.*)$", header)[1], len(parents)))
            oid = parents[0] if parents else None
        return line

def check_history(git, line):
    problems, before, reached = [], {}, 0
    for n, (tree, parents) in enumerate(line):
        now = git.tree(tree)
        changed = {path for path in {*before, *now} if before.get(path) != now.get(path)}
        again = re.compile(rf"(HEAD|state|newest)\.json|newest\.(json\.sig|jwt)|sections/(product|environments/{NAME})/(state\.json|newest\.json(\.sig)?|index/\w+\.json)")
        problems += [f"commit {n}: {path} was changed or removed" for path in changed if path in before and (path not in now or not again.fullmatch(path))]
        problems += [f"commit {n}: {path} has another mode" for path in changed & set(now) if now[path][0] != "100644"]
        try:
            head = read_head({"HEAD.json": git.object(now["HEAD.json"][1])} if "HEAD.json" in now else {})
        except Bad as bad:
            problems.append(f"commit {n}: {bad}")
            before = now
            continue
        added = sorted(int(match[1]) for path in set(now) - set(before) if (match := re.fullmatch(r"records/\d+/(\d+)\.json", path)))
        if parents != (n > 0) or added != list(range(reached + 1, head["sequence"] + 1)) or (n > 0 and not added):
            problems.append(f"commit {n}: it does not add the records that HEAD.json counts")
        newest = now.get(record_path(head["sequence"]))
        if head["sequence"] and newest and head["hash"] != sha256(git.object(newest[1])):
            problems.append(f"commit {n}: HEAD.json names another hash than its newest record has")
        before, reached = now, head["sequence"]
    return problems

def main(folder, branch, rules):
    git = Git(folder)
    line = git.commits(branch)
    files = {path: git.object(oid) for path, (_, oid) in git.tree(line[-1][0]).items()}
    try:
        problems = check_files(files, rules)
    except Bad as bad:
        problems = [str(bad)]
    return problems + check_history(git, line)

if __name__ == "__main__":
    with open(sys.argv[3]) as file:
        found = main(sys.argv[1], sys.argv[2], json.load(file))
    print("".join(f"{problem}\n" for problem in found), end="")
    sys.exit(1 if found else 0)
