"""A second verifier of Sluice's ledger, written from docs/ledger.md: python3 verify.py CLONE BRANCH RULES.json [ANCHORS]

CLONE is the folder of a clone, or its .git. Needs Python's standard library, and the programs openssl and git: git alone knows packs, in which an
ordinary clone has its objects. Prints what was left out, and
one problem a line. Ends with 0 if there is none, with 1 if there is any or the clone cannot be read, with 2 if it was called otherwise, with 3 if there is
none but RULES.json does not have all policies: then nobody compared the gates with them. RULES.json (docs/ledger.md has its members) says what delivery.yml would: trust, advisory, products (former names last), config (path of that file),
environments, repository, refs (from which its runs may deliver), tokens (with the commits of Sluice that may have run), policies (what delivery.yml said at the commits
of the default branch, oldest first; whole: these are all; branches: how that branch is called, and was). ANCHORS is a folder with a copy of the bucket.
"""
import base64, json, os, re, sys
from forms import FORMS, HEX, NAME, misfit
from repairs import Repairs
from standards import (
    Bad, Git, canonical, demand, depth, hex_of, is_blank, is_issuer_key, is_key, is_low, ms, openssl_verifies, parse, rsa_verifies, sha256, unspell)

ENDINGS = {"accepted", "unchanged", "failed", "partial", "rejected", "expired", "cancelled", "superseded", "obsolete", "bypassed"}
OF_PRODUCT = {"built", "tested", "adopted", "released"}
DUTIES = {"planned": "plan", "started": "intent", "deployed": "intent"}  # of an environment; all others: outcome
ISSUER = "https://token.actions.githubusercontent.com"
MINUTE = 60_000
LONGEST_JOB = {"github-hosted": 6 * 60 * MINUTE}
OTHER_JOB = 5 * 24 * 60 * MINUTE
GATED = ("planned", "started")
SKEW, ON_THE_WAY, DECIDED, PLAN_EXPIRY, LONGEST_RUN = 5 * MINUTE, 5 * MINUTE, 10 * MINUTE, 72 * 60 * MINUTE, 35 * 24 * 60 * MINUTE
MOST_OPEN, MOST_NESTED, MOST_OF_TOKEN, MOST_RECORDS = 200, 64, 16 * 1024, 999_999_999_999_999

# Records

def read_record(data, sequence):
    record = parse(data)
    demand(isinstance(record, dict) and depth(record) <= MOST_NESTED, "it is no object, or nests too deep")
    wrong = misfit(record, FORMS["record"])
    demand(wrong is None, f"its member {wrong} is missing or malformed")
    demand(misfit(detail_of(record), FORMS[f"detail of {record['event']}"]) is None, "its detail is malformed")
    demand(record["sequence"] == sequence and ("previous" in record) == (sequence > 1), "it is not in its place")
    demand(record["event"] == "repaired" or ("environment" in record) != (record["event"] in OF_PRODUCT), "its event does not go with its environment")
    demand("key" not in record or record["key"]["signer"] == signer_of(record), "another signs than its event demands")
    demand(canonical(record).encode() == data, "it is not canonical")
    return record

def signer_of(record):
    return f"{record['environment']}/{DUTIES.get(record['event'], 'outcome')}" if "environment" in record else "builds"

def section_of(record): return f"environments/{record['environment']}" if "environment" in record else "product"
def release_of(record): return record.get("release", {}).get("digest")
def evidence_of(record, kind): return next((it["digest"] for it in record.get("evidence", []) if it["type"] == kind), None)
def run_of(record): return record["run"]["repository"], record["run"]["id"]
def detail_of(record): return record.get("detail", {})

# Sections: their state, and their index

def key_of(*question): return hex_of(sha256(canonical(list(question))))

def identity(record):
    run, withdrawn = record["run"], record["event"] == "withdrawn"
    return key_of("identity", record["product"], run["repository"], run["id"], run["attempt"], run["job"], record["event"],
                  record.get("environment"), record.get("unit", {}).get("name"), *([release_of(record)] if withdrawn else []))

def undone_by(record):
    event, detail = record["event"], detail_of(record)
    own = event in ("withdrawn", "bypassed", "partial") or event in ("failed", "cancelled") and detail.get("untouched") is not True
    also = detail.get("also", []) if event in ("failed", "withdrawn") else []
    return ([release_of(record)] if own and "release" in record else []) + also

def ended_by(record):
    if record["event"] not in ENDINGS:
        return []
    return [(end["run"], end["attempt"]) for end in [{"run": record["run"]["id"], "attempt": record["run"]["attempt"]}, *detail_of(record).get("ended", [])]]

def questions(record):
    """Those to which the record is the newest answer."""
    event, run, release, plan, unit = record["event"], record["run"]["id"], release_of(record), record.get("plan"), record.get("unit", {})
    rows = [({"built", "tested", "adopted"}, unit, (event, unit.get("name"), unit.get("fingerprint"), unit.get("digest"))),
            ({"adopted"}, run, ("adopted-by", run)),
            ({"planned", "started"}, plan, ("plan", event, run, plan)),
            ({"started", "deployed", "partial"}, release, (event, run, release)),
            ({"accepted", "unchanged"}, release, (event, release))]
    asked = [question for events, about, question in rows if event in events and about]
    asked += [("ended", *end) for end in ended_by(record)]
    asked += [(question, digest) for digest in undone_by(record) for question in ("undone", "withdrawn") if event == "withdrawn" or question == "undone"]
    return asked + [("same", place["environment"]) for place in (detail_of(record).get("unchanged", []) if event == "released" else [])]

# What is set to the record, and what goes.
PLACES = {"deployed": (["deployed"], ["found", "confirmed", "unfinished"]), "unchanged": (["found"], []),
          "confirmed": (["found", "confirmed"], ["unfinished"])}

class Section:
    def __init__(self):
        self.known, self.index, self.files = {"open": []}, {}, {}

    def add(self, record):
        event, release = record["event"], release_of(record)
        body = sha256(canonical({name: value for name, value in record.items() if name not in ("state", "key")}))
        reference = {"sequence": record["sequence"], "body": body}
        if "policy" in record:
            self.known.setdefault("config", record["policy"]["path"])
        if "environment" in record:
            self.place(record, reference)
            self.open(record, reference)
        for key in [identity(record), *(key_of(*question) for question in questions(record))]:
            self.index[key] = reference
        for digest in undone_by(record):
            self.index[key_of("accepted-since", digest)] = None
        first = {"released": "released", "accepted": "accepted-since", "unchanged": "accepted-since"}.get(event)
        if first and release and not self.index.get(key_of(first, release)):
            self.index[key_of(first, release)] = reference

    def place(self, record, reference):
        event, run = record["event"], record["run"]
        sets, drops = PLACES.get("confirmed" if event == "accepted" and detail_of(record).get("unchanged") is True else event, ([], []))
        placed = {**reference, "release": record.get("release"), "run": run["id"], "attempt": run["attempt"]}
        self.known = {name: value for name, value in self.known.items() if name not in drops}
        self.known.update({name: placed for name in sets if "release" in record})
        if event in ("started", "deployed", "bypassed", "repaired") or event == "accepted" and "unfinished" not in self.known:
            self.known["judged"] = {**reference, "accepted": event == "accepted"}
        if event == "started":
            self.known["unfinished"] = reference

    def open(self, record, reference):
        event, now, ends = record["event"], ms(record["time"]), ended_by(record)
        own = (record["run"]["id"], record["run"]["attempt"])
        alive = [(it, (it["run"], it["attempt"])) for it in self.known["open"] if now - ms(it["heard"]) <= LONGEST_RUN]
        alive = [it for it, at in alive if at not in ends or "begun" in it and event != "failed" and at != own]
        self.known["open"] = alive
        entry = next((it for it in alive if (it["run"], it["attempt"]) == own), None)
        if event in ("withdrawn", "repaired") or ends or entry is None and event != "started" and key_of("ended", *own) in self.index:
            return
        if entry is None:
            if len(alive) >= MOST_OPEN:
                alive.remove(next((it for it in alive if "begun" not in it), alive[0]))
            alive.append(entry := {"run": own[0], "attempt": own[1]})
        entry.update(last=reference, heard=record["time"])
        if event == "started":
            entry.setdefault("begun", reference)

    def state(self):
        """Writes the section's files; the digest of its state."""
        level, self.files = {}, {}
        for key, it in self.index.items():
            level.setdefault(key[:3], {})[key] = it and [it["sequence"], it["body"]]
        for length in (3, 2, 1, 0):
            texts = {digits: canonical(content) for digits, content in level.items()}
            self.files.update({f"index/{'/'.join(digits) or 'root'}.json": text.encode() for digits, text in texts.items()})
            level = {}
            for digits, text in texts.items():
                level.setdefault(digits[:length - 1], {})[digits[-1:]] = sha256(text)
        self.files["state.json"] = canonical({**self.known, "index": sha256(texts[""])}).encode()
        return sha256(self.files["state.json"])

class States:
    """The states that records lead to, one after the other."""
    def __init__(self, records=(), hashes=()):
        self.sections, self.standings, self.whole = {}, {}, b""
        for record in records:
            self.add(record, hashes)

    def add(self, record, hashes):
        """What the record must commit to."""
        section = section_of(record)
        self.sections.setdefault(section, Section()).add(record)
        self.standings = {name: {**it, "record": hashes[it["sequence"]]} for name, it in self.standings.items()}
        self.standings[section] = {"sequence": record["sequence"], "state": self.sections[section].state()}
        self.whole = canonical({"sections": self.standings}).encode()
        return {"section": self.standings[section]["state"], "ledger": sha256(self.whole)}

# The policies that records name

def policy_of(record, rules):
    """What ruled a record; None: nobody can tell."""
    policies, named = rules.get("policies"), record.get("policy")
    if policies is None or named is None:
        return None
    files = policies["commits"].get(named["commit"])
    demand(files is not None or not policies["whole"], "its policy was never on the default branch")
    if files is None:
        return None
    demand(files.get(named["path"], {}).get("digest") == named["digest"], "its policy says something else")
    return files[named["path"]]

def environments_of(record, rules):
    """Those that there were by the policy of a record; None: nobody knows."""
    policy = policy_of(record, rules)
    return list(policy["environments"]) if policy else rules.get("environments") if rules.get("policies") is None else None

def in_full(ref): return ref if ref.startswith("refs/") else f"refs/heads/{ref}"

def delivers(policy, record, branches):
    names = policy["deliverFrom"] or [it["name"] for it in branches if record["sequence"] <= it.get("until", record["sequence"])]
    return any(re.fullmatch(re.escape(in_full(it)).replace(r"\*", "[^/]*"), record["run"]["ref"]) for it in names)

def check_policy(record, rules):
    """Of a plan or an intent."""
    if rules.get("policies") is None:
        return
    demand("policy" in record, "it does not name its policy")
    policy = policy_of(record, rules)
    if policy is None:
        return
    where = policy["environments"].get(record["environment"])
    demand(where, "its policy does not have its environment")
    check_gate(record["protection"], where, policy["deliverFrom"], record["environment"])

def check_age(record, past, rules):
    """Of every record: how long ago its policy was replaced."""
    if rules.get("policies") is None or policy_of(record, rules) is None:
        return
    commits, named = rules["policies"]["commits"], record["policy"]
    places = {commit: place for place, commit in enumerate(commits)}
    last = max(places[commit] for commit, files in commits.items() if files.get(named["path"], {}).get("digest") == named["digest"])
    newer = [it for it in past if places.get(it.get("policy", {}).get("commit"), -1) > last and it["policy"]["digest"] != named["digest"]]
    if newer:
        demand(ms(record["time"]) - ms(newer[0]["time"]) <= LONGEST_RUN, "its policy had been replaced before its run began")
    newer = [it for it in newer if it["event"] in GATED]
    if newer and record["event"] in GATED:
        longest = LONGEST_JOB.get(record["run"]["runner"], OTHER_JOB)
        demand(ms(record["time"]) - ms(newer[0]["time"]) <= longest, "its policy had been replaced before its job began")

def check_guard(record, rules):
    """Of what is no deployment: whose reviewers were asked."""
    if rules.get("policies") is None:
        return
    demand("policy" in record, "it does not name its policy")
    policy = policy_of(record, rules)
    name = guardian_of(policy["environments"]) if policy else None
    if name:
        demand("protection" in record, "it does not say whose reviewers were asked")
        check_gate(record["protection"], policy["environments"][name], policy["deliverFrom"], name)

def guardian_of(environments):
    asking = [name for name, it in environments.items() if it["gate"] != "continuous"]
    named = [[name for name in asking if environments[name]["level"] == "production"], [name for name in asking if environments[name]["gate"] == "approval"], asking]
    return next((names[-1] for names in named if names), None)

def check_gate(gate, where, refs, name):
    wanted = {in_full(it) for it in refs} or {it for it in gate["refs"][:1] if it.startswith("refs/heads/")}
    narrow = gate["branchPolicy"] == "custom" and set(gate["refs"]) == wanted and not any(re.search(r"[?\[\]{}\\]", it) for it in wanted)
    demand(gate["environment"] == name and wanted and narrow, "its gate lets in other refs than its policy")
    asked, unseen = gate["reviewers"], gate.get("unseenReviewers", 0)
    free = where["gate"] == "dispatch" and (where["level"] != "production" or where.get("secondPerson") == "none")
    if where["gate"] == "continuous":
        demand(not asked and not unseen, "its gate asks people who see no plan")
    else:
        demand(asked or free and not unseen, "its gate asks no one")
        demand(not asked or gate["preventSelfReview"] and (where["adminBypass"] or not gate["adminBypass"]), "its gate can be bypassed")
    demand(asked or where.get("secondPerson") != "none" or gate.get("secondPerson") == "none", "it does not say that no second person is asked")

# Signatures and tokens

def check_claim(record, rules):
    """What a record says of its owner and its key."""
    check_owner(record["product"], record["run"]["repository"], rules)
    demand(record.get("policy", {}).get("path") in (None, rules.get("config")) or "config" not in rules, "another file ruled it")
    demand(record["run"]["ref"] in rules.get("refs", [record["run"]["ref"]]), "its run is of no delivery ref")
    policy = policy_of(record, rules)
    demand(not policy or delivers(policy, record, rules["policies"]["branches"]), "its run is of no delivery ref of its policy")
    key, sequence = record.get("key"), record["sequence"]
    if key is None:
        return demand(rules.get("advisory"), "it is not signed")
    listed = [it for it in rules["trust"] if it["key"] == key["fingerprint"] and names_signer(it["signs"], record)]
    demand(any(it.get("from", 1) <= sequence <= it.get("until", sequence) for it in listed), "its key is not trusted for what it says")

def names_signer(signs, record):
    """The name of an environment alone means its three."""
    return signer_of(record) in signs or record.get("environment", "builds") in set(signs) - {"builds"}

def check_signature(record, data, files):
    key, path = record.get("key"), record_path(record["sequence"]) + ".sig"
    if key is None:
        return demand(path not in files, "there is a signature for a record that names no key")
    pem, file = files.get(f"keys/{hex_of(key['fingerprint'])}.pem", b""), files.get(path, b"")
    try:
        signature = base64.b64decode(file.removesuffix(b"\n"), validate=True)
        demand(is_key(pem, key["fingerprint"]) and base64.b64encode(signature) + b"\n" == file, "its key or signature is missing or malformed")
    except ValueError:
        raise Bad("its key or its signature is malformed")
    envelope = b"DSSEv1 37 application/vnd.sluice.record.v2+json %d " % len(data) + data
    demand(is_low(signature) and openssl_verifies(pem, signature, envelope), "its signature was not made by its key")

def read_token(file, files):
    """What a token claims, and the key in issuer/ that signed it."""
    parts = file.decode("latin1").removesuffix("\n").split(".")
    demand(len(parts) == 3 and file.endswith(b"\n") and len(file) <= MOST_OF_TOKEN, "its token is malformed")
    header, claims = parse(unspell(parts[0])), parse(unspell(parts[1]))
    demand(depth(header) <= MOST_NESTED and depth(claims) <= MOST_NESTED, "its token nests too deep")
    plain = misfit(header, {"alg": "= RS256", "typ?": "= JWT", "kid": "words"}) is None and not {"crit", "b64"} & set(header)
    demand(plain, "the header of its token asks for something else")
    demand(misfit(claims, FORMS["claims"]) is None, "a claim of its token is missing or malformed")
    for name in [path for path, data in files.items() if is_issuer_key(path, data)]:
        if rsa_verifies(parse(files[name]), unspell(parts[2]), ".".join(parts[:2]).encode()):
            return claims, name
    raise Bad("no key in issuer/ signed its token")

def check_token(record, data, claims, rules):
    run, event, job = record["run"], record["event"], claims.get("environment")
    told = {"aud": "sluice:" + hex_of(sha256(data)), "repository_id": run["repository"], "run_id": run["id"], "run_attempt": str(run["attempt"]),
            "ref": run["ref"], "workflow_ref": run["workflow"], "workflow_sha": run["workflowSha"], "runner_environment": run["runner"]}
    demand(all(claims[name] == value for name, value in told.items()), "its token says otherwise")
    rerunner = run.get("triggeringActor") if run["attempt"] > 1 else None
    demand(claims["actor_id"] == record["actor"]["id"] or rerunner is not None and claims.get("actor") == rerunner, "its token is of someone else's run")
    demand(re.fullmatch(re.escape(rules.get("issuer", ISSUER)) + r"(/[\w-]+)?", claims["iss"], re.A), "its token is of another issuer")
    issued = claims["nbf"] <= claims["iat"] < claims["exp"] and abs(claims["iat"] * 1000 - ms(record["time"])) <= SKEW
    demand(issued, "its token was issued at another time")
    demand(event not in ("started", "deployed") if job is None else job.lower() == record.get("environment", "").lower(),
           "its token is of a job of another environment")
    demand(claims["job_workflow_sha"] in rules.get("commits", [claims["job_workflow_sha"]]), "its token is of another commit of Sluice")
    if "sluice" in rules:
        check_suite(claims, run.get("sluice"), rules["sluice"].lower())

def check_suite(claims, recorded, repository):
    demand(claims["job_workflow_ref"].lower().startswith(repository + "/.github/workflows/"), "its token is of another workflow")
    if recorded:
        commit = claims["job_workflow_sha"]
        demand((recorded.get("commit", commit), recorded["repository"].lower()) == (commit, repository), "its token is of another Sluice")

# Rules: what must have happened before

def told(past, events, where=None, release=None, run=None):
    """The earlier records of some events, oldest first."""
    return [it for it in past if it["event"] in events and it.get("environment") == where
            and release in (None, release_of(it)) and run in (None, run_of(it))]

def was_accepted(past, where, release): return told(past, {"accepted", "unchanged"}, where, release)

def names_of(it): return {release_of(it), detail_of(it).get("sameAs")} - {None}

def confirmed(past, where, time):
    """The acceptances of what was live that held when who decided looked: nothing was tried since, and nothing undid them."""
    found, last, deployed, unfinished = [], None, None, False
    for it in [it for it in past if it.get("environment") == where]:
        release = release_of(it)
        if last and (it["event"] in ("started", "deployed", "accepted", "bypassed", "repaired") or names_of(last) & set(undone_by(it))):
            found, last = found + [(last, ms(it["time"]))], None
        deployed = release if it["event"] == "deployed" else deployed
        left_alone = it["event"] == "accepted" and detail_of(it).get("unchanged") is True
        unfinished = it["event"] == "started" or unfinished and it["event"] != "deployed" and not left_alone
        last = it if it["event"] == "accepted" and detail_of(it).get("sameAs", release) == deployed and not unfinished else last
    return [it for it, end in [*found, *([(last, float("inf"))] if last else [])] if end >= ms(time) - DECIDED]

def grounds(past, where, release):
    """What a release was accepted by: the number of the acceptance, and all names of what it accepted."""
    for n, it in enumerate(past):
        if it["event"] in ("accepted", "unchanged") and it.get("environment") == where and release_of(it) == release:
            by = [it] if it["event"] == "accepted" else [
                one for one in confirmed(past[:n], where, it["time"]) if one["sequence"] == detail_of(it).get("acceptedBy")]
            yield from ((one["sequence"], names_of(it) | names_of(one)) for one in by)

def is_accepted(past, where, release, time):
    """Whether a release counted as accepted when who decided looked."""
    def stands(sequence, names):
        late = [it for it in past if it.get("environment") == where and it["sequence"] > sequence and time - ms(it["time"]) >= DECIDED]
        return not any(names & set(undone_by(it)) for it in late) and not any(withdrawn_before(past, where, it, time) for it in names - {release})
    return any(stands(*it) for it in grounds(past, where, release))

def is_barred(past, where, release, time):
    """Whether a release stands withdrawn, by its name or by all that it was accepted by; without any, as what its announcement found it to be the same as."""
    def by_content(release):
        found = [any(withdrawn_before(past, where, it, time) for it in names) for _, names in grounds(past, where, release)]
        return withdrawn_before(past, where, release, time) or bool(found) and all(found)
    first = next(iter(told(past, {"released"}, None, release)), {})
    same = [place["release"] for place in detail_of(first).get("unchanged", []) if place["environment"] == where]
    return by_content(release) or any(by_content(it) for it in same[:1] if not any(grounds(past, where, release)))

def was_there(past, where, release):
    return told(past, {"deployed", "unchanged"}, where, release) or any(
        detail_of(it).get("unchanged") is True for it in told(past, {"accepted"}, where, release)) or any(
        place["environment"] == where for it in told(past, {"released"}, None, release) for place in detail_of(it).get("unchanged", []))

def withdrawn_before(past, where, release, time):
    """Whether a release stands withdrawn, since longer than who decided could know."""
    judged = [it for it in past if it.get("environment") == where and (
        it["event"] == "withdrawn" and release in undone_by(it) or it["event"] == "accepted" and release_of(it) == release)]
    return bool(judged) and judged[-1]["event"] == "withdrawn" and time - ms(judged[-1]["time"]) >= DECIDED

def previous(record, past, rules):
    """The environment before, by the policy of the record; where nobody knows that, the last one before that a release had entered, unless the ledger shows that
    releases go to it from this one."""
    where, policy = record["environment"], policy_of(record, rules)
    if policy:
        names = list(policy["environments"])
        return next(reversed(names[:names.index(where)]), None) if where in names else None
    order, (entered, after) = rules.get("environments", []), entries(past)
    earlier = order[:order.index(where)] if where in order else []
    return next((name for name in reversed(earlier) if name in entered and (where, name) not in after), None)

def entries(past):
    """Environments that a release entered; and the pairs of which the newest release that went through both came to the second from the first."""
    accepted, entered, after = set(), set(), set()
    for it in past:
        where, release = it.get("environment"), release_of(it)
        if it["event"] in ("accepted", "unchanged"):
            accepted.add((where, release))
        if it["event"] == "started":
            others = {other for other in entered if (other, release) in accepted and (where, release) not in accepted}
            after = after - {(where, other) for other in others} | {(other, where) for other in others}
            entered.add(where)
    return entered, after

def lived(past, where, time):
    """The releases that may have been live when who decided looked."""
    deployed = [it for it in told(past, {"deployed"}, where) if "release" in it]
    ended = [ms(it["time"]) for it in deployed[1:]] + [float("inf")]
    return [release_of(it) for it, end in zip(deployed, ended) if end >= ms(time) - DECIDED]

def rule_released(record, past, rules):
    digest, units = release_of(record), rules["documents"].get(release_of(record), {})
    stated = {"version": 1, "repository": record["run"]["repository"], "product": record["product"], "commit": record["release"]["commit"]}
    demand(evidence_of(record, "release") == digest and "units" in units and {**units, **stated} == units, "its document is missing, or of another release")
    for name, unit in units["units"].items():
        made = [it for it in told(past, {"adopted" if "adopted" in unit else "built"}) if unit.get("adopted") in (None, it["sequence"])]
        said = {"name": name, **{member: unit[member] for member in ("kind", "digest", "fingerprint")}}
        demand(any({**it.get("unit", {}), **said} == it.get("unit") for it in made), f"its unit {name} was not built before")
    for place in detail_of(record).get("unchanged", []):
        where, near = place["environment"], lived(past, place["environment"], record["time"])
        demand(was_accepted(past, where, place["release"]) and confirmed(past, where, record["time"]), "it changes nothing where nothing was accepted")
        same = [same_units(digest, other, rules["documents"]) for other in (place["release"], *near)]
        demand(same[0] and any(same[1:]), f"it has other units than {where}")

def rule_planned(record, past, rules):
    demand("protection" in record, "it does not say how its gate was protected")
    check_environment(record)
    demand(not record["protection"]["reviewers"] or "authors" in detail_of(record), "it does not say who wrote what it would bring")
    check_policy(record, rules)

def rule_started(record, past, rules):
    where, release, gate, time = record["environment"], release_of(record), record.get("protection"), ms(record["time"])
    demand(gate, "it does not say how its gate was protected")
    check_environment(record)
    plans = [it for it in told(past, {"planned"}, where, None, run_of(record)) if it.get("plan") == record.get("plan")]
    then = plans[-1].get("protection") if plans else None
    demand(not then or same_gate(then, gate), "its gate had changed since the plan")
    if gate["reviewers"] or then and then["reviewers"]:
        demand(then and time - ms(plans[-1]["time"]) <= PLAN_EXPIRY + DECIDED, "its gate has reviewers, and its plan was not announced, or had expired")
        authors = detail_of(plans[-1]).get("authors", {}).get("accounts", [])
        check_answers(record, plans[-1].get("approvals", []), [*starters(record), *starters(plans[-1]), *authors])
    check_policy(record, rules)
    hotfix = detail_of(record).get("promotion", {}).get("kind") == "hotfix"
    demand(hotfix or not is_barred(past, where, release, time), "its release was withdrawn there")
    before = previous(record, past, rules)
    if before is not None and not was_accepted(past, where, release):
        demand(is_accepted(past, before, release, time), f"its release was not accepted in {before}")
        demand(not is_barred(past, before, release, time), f"its release was withdrawn in {before}")

def rule_deployed(record, past, rules):
    started = told(past, {"started"}, record["environment"], release_of(record), run_of(record))
    started = [it for it in started if it.get("plan") == record.get("plan")]
    demand(started, "its run never recorded that it started this plan")
    demand(record.get("environmentId") in (None, *(it.get("protection", {}).get("id") for it in started)), "it names another GitHub Environment")

def rule_accepted(record, past, rules):
    where, release, run = record["environment"], release_of(record), run_of(record)
    bypassed = [it["run"]["attempt"] for it in told(past, {"bypassed"}, where, None, run) if "release" in it]
    demand(record["run"]["attempt"] not in bypassed, "the gate of its attempt was bypassed")
    left_alone = detail_of(record).get("unchanged") is True
    if record["event"] == "accepted":
        since = told(past, {"accepted"}, where, release) if left_alone else told(past, {"started"}, where, release, run)
        withdrawn = [it for it in told(past, {"withdrawn"}, where) if release in undone_by(it)]
        demand(not withdrawn or since and since[-1]["sequence"] > withdrawn[-1]["sequence"], "it was withdrawn since")
    if record["event"] == "accepted" and not rules.get("alone"):
        report = rules["documents"].get(evidence_of(record, "checks"), {})
        demand((report.get("environment"), report.get("release")) == (where, release), "it has no report of its checks")
        count = len(report["checks"]) + report.get("more", 0)
        demand(all(it["passed"] for it in report["checks"]) and detail_of(record).get("checks") == count, "its checks did not pass, or were others")
    if record["event"] == "accepted" and not left_alone:
        return demand(told(past, {"deployed"}, where, release, run), "its run did not deploy it")
    near = lived(past, where, record["time"])
    demand(rules.get("alone") or any(it == release or same_units(it, release, rules["documents"]) for it in near), "other units were live")
    demand(detail_of(record).get("sameAs") in near, "it does not say which deployment it found in place")
    by = [it["sequence"] for it in confirmed(past, where, record["time"])]
    demand(record["event"] == "accepted" or detail_of(record).get("acceptedBy") in by, "it names no acceptance of what was live")

def rule_adopted(record, past, rules):
    silent = any(is_blank(detail_of(record).get(name, "")) for name in ("reason", "checked"))
    demand("unit" in record and not silent, "it does not say of what, why, or how that was checked")
    adopted = [[it["unit"][name] for name in ("name", "digest")] for it in [*told(past, {"adopted"}, run=run_of(record)), record] if "unit" in it]
    demand(adopted[0] == adopted[-1], "its run adopted something else")
    rule_consent(record, past, rules)

def rule_consent(record, past, rules):
    check_guard(record, rules)
    if record.get("protection", {}).get("reviewers"):
        check_answers(record, [], starters(record))

def rule_withdrawn(record, past, rules):
    demand(not is_blank(detail_of(record).get("reason", "")), "it has no reason")
    also = detail_of(record).get("also", [])
    demand(all(was_there(past, record["environment"], digest) for digest in also), "it withdraws what was never there")

RULES = {"released": rule_released, "planned": rule_planned, "started": rule_started, "deployed": rule_deployed, "adopted": rule_adopted,
         "accepted": rule_accepted, "unchanged": rule_accepted, "withdrawn": rule_withdrawn, "repaired": rule_consent}

def check_rules(record, past, rules):
    """rules["alone"]: without those that need evidence, or the order of environments."""
    event, release = record["event"], record.get("release")
    demand(release or event not in set(RULES) - {"adopted", "repaired"}, "it names no release")
    if release:
        demand(rules["commits"].get(release["digest"], release["commit"]) == release["commit"], "its release was released of another commit")
        demand(event == "released" or event not in RULES or told(past, {"released"}, None, release["digest"]), "its release was never released")
    if event in RULES and not (event == "released" and rules.get("alone")):
        RULES[event](record, past, rules)
    check_age(record, past, rules)

def same_units(one, other, documents):
    one, other = (documents.get(it, {}).get("units") for it in (one, other))
    return one is not None and other is not None and one.keys() == other.keys() and all(
        a["kind"] == b["kind"] and (a["digest"] == b["digest"] or a["fingerprint"] == b["fingerprint"]) for a, b in zip(one.values(), other.values()))

def check_environment(record):
    number = record["protection"]["id"]
    demand(record.get("environmentId", number) == number, "it names another GitHub Environment than its gate")

def same_gate(one, other):
    asked = [{(it["type"], it["id"]) for it in gate["reviewers"]} for gate in (one, other)]
    unseen = [gate.get("unseenReviewers", 0) for gate in (one, other)]
    return asked[0] == asked[1] and unseen[0] == unseen[1] and all(one[name] == other[name] for name in ("id", "preventSelfReview", "adminBypass", "refs"))

def starters(record):
    return [record["actor"], {"login": record["run"].get("triggeringActor", record["actor"]["login"])}]

def check_answers(record, before, parties):
    """Somebody else, who was asked, has approved since; nobody has rejected."""
    known, fresh = [(it["userId"], it["state"], it["comment"]) for it in before], []
    for it in record.get("approvals", []):
        answer = (it["userId"], it["state"], it["comment"])
        known.remove(answer) if answer in known else fresh.append(it)
    counting = any(counts(it, record["protection"]["reviewers"], parties) for it in fresh)
    demand(counting and all(it["state"] == "approved" for it in fresh), "its gate was not opened by another person")

def counts(answer, reviewers, parties):
    account, login = answer["userId"], answer["login"].lower()
    asked = any(it["type"] == "User" and it["id"] == account for it in reviewers) or (
        any(it["type"] == "Team" for it in reviewers) and answer.get("reviewer") != "no")
    person = account and login != "ghost" and answer.get("bot") is not True and not login.endswith("[bot]")
    return asked and person and not any(it.get("id") == account or it["login"].lower() == login for it in parties)

# Files of one commit, the history, and the whole

def record_path(sequence): return f"records/{sequence // 100}/{sequence}.json"

def evidence_path(digest): return f"evidence/{hex_of(digest)[:2]}/{hex_of(digest)}"

def head_of(record, data):
    """HEAD.json, as the newest record demands it."""
    return canonical({"format": 2, "hash": sha256(data), "product": record["product"], "repository": record["run"]["repository"],
                      "sequence": record["sequence"]}).encode()

def own_files(record, files):
    """The files that belong to one record, with those that it names."""
    path, named = record_path(record["sequence"]), [record.get("plan"), record.get("dossier"), *(it["digest"] for it in record.get("evidence", []))]
    beside = [it for it in (path + ".sig", path[:-4] + "jwt") if it in files]
    return {path, *beside, *(evidence_path(it) for it in named if it), *([f"keys/{hex_of(record['key']['fingerprint'])}.pem"] if "key" in record else [])}

class Faults:
    """What is wrong with each record, by itself and by what lies beside it."""
    def __init__(self, files, rules):
        self.records, self.hashes, self.found, self.uses, rules = [], [None], {}, {}, {"tokens": {}, **rules}
        while (data := files.get(record_path(sequence := len(self.records) + 1))) is not None:
            self.records.append(None)
            self.hashes.append(sha256(data))
            itself, beside = problem_of(self.read, data, sequence, rules), None
            token = files.get(record_path(sequence)[:-4] + "jwt")
            if record := self.records[-1]:
                vouching = problem_of(self.vouch, record, data, token, files, rules)
                beside = problem_of(check_signature, record, data, files) or vouching
            if itself or beside:
                self.found[sequence] = itself, beside

    def read(self, data, sequence, rules):
        self.records[-1] = read_record(data, sequence)
        check_claim(self.records[-1], rules)

    def vouch(self, record, data, token, files, rules):
        if token is None:
            return demand(not rules["tokens"].get("required"), "there is no token beside it")
        claims, key = read_token(token, files)
        self.uses.setdefault(key, []).append(record["sequence"])
        policy = policy_of(record, rules) or {}
        check_token(record, data, claims, {**rules["tokens"], **({"commits": policy["commits"]} if policy.get("commits") else {})})

def problem_of(check, *them):
    try:
        check(*them)
    except Bad as bad:
        return str(bad)

def repairs_in(faults, rules):
    alone = {**rules, "environments": [], "policies": None, "commits": {}, "alone": True}
    def breaks(record, left_out):
        past = [it for it in faults.records[:record["sequence"] - 1] if it and it["sequence"] not in left_out]
        return problem_of(check_rules, record, past, alone)
    known = {f"issuer/{hex_of(it)}.json" for it in rules.get("tokens", {}).get("known") or []}
    return Repairs(faults.records, faults.hashes, faults.found, faults.uses, known, section_of, breaks, lambda them: States(them, faults.hashes),
                   lambda record: environments_of(record, rules))

def check_files(files, rules, committed):
    faults, problems, named, doubtful = Faults(files, rules), [], {"HEAD.json"}, set()
    records, hashes = faults.records, faults.hashes
    repairs = repairs_in(faults, rules)
    counting = [it for it in records if it and it["sequence"] not in repairs.left_out]
    documents = {"sha256:" + path[12:]: parse_document(data) for path, data in files.items() if path.startswith("evidence/")}
    announced = [it for it in reversed(counting) if it["event"] == "released" and "release" in it]
    rules = {**rules, "commits": {release_of(it): it["release"]["commit"] for it in announced}, "documents": documents}
    states, identities, latest, compares, config = States(), set(), 0, True, None
    for sequence, record in enumerate(records, 1):
        past = [it for it in records[:sequence - 1] if it and repairs.left_out.get(it["sequence"], [sequence + 1])[0] > sequence]
        if sequence in repairs.valid:
            states, compares = States(past, hashes) if sequence in repairs.leaving else states, True
        is_left_out, files_of = sequence in repairs.left_out, own_files(record or {"sequence": sequence}, files)
        fault = next(filter(None, [*faults.found.get(sequence, ()), repairs.wrong.get(sequence)]), None)
        if record is None:
            compares = False
        else:
            is_right = not compares or states.add(record, hashes) == record["state"]
            compares = compares and is_right
        if is_left_out:
            doubtful |= files_of
            continue
        named |= files_of
        try:
            demand(not fault, fault)
            ruled_by = record.get("policy", {}).get("path")
            demand(ruled_by in (None, config or ruled_by), "another file ruled it than the first record's")
            config = config or ruled_by
            demand(record.get("previous") == hashes[sequence - 1], "it names another hash of the record before")
            demand(is_right, "it commits to another state")
            demand(identity(record) not in identities, "it repeats another")
            identities.add(identity(record))
            time = ms(record["time"])
            demand(-SKEW <= committed.get(sequence, time) - time <= SKEW + ON_THE_WAY, "it was committed at another time")
            demand(latest - time <= SKEW, "time runs backwards")
            check_rules(record, past, rules)
            latest = max(latest, time)
        except Bad as bad:
            problems.append(f"{record_path(sequence)}: {bad}")
    derived = {}
    if compares and records:
        derived = {f"sections/{name}/{path}": data for name, section in states.sections.items() for path, data in section.files.items()}
        newest = record_path(len(records))
        derived.update({"HEAD.json": head_of(records[-1], files[newest]), "state.json": states.whole, "newest.jwt": files.get(newest[:-4] + "jwt", b"")})
        for place, sequence in {"": len(records), **{f"sections/{name}/": it["sequence"] for name, it in states.standings.items()}}.items():
            derived[place + "newest.json"] = files[record_path(sequence)]
            derived[place + "newest.json.sig"] = files.get(record_path(sequence) + ".sig", b"")
    if repairs.says_more(len(records)):
        problems.append(f"{record_path(len(records))}: it says that more has to be repaired")
    vouched = [next((key for key, numbers in faults.uses.items() if it["sequence"] in numbers), None) for it in counting]
    problems += [f"{path}: it is not what the records lead to" for path, data in derived.items() if files.get(path) != data]
    problems += [f"{path}: it is missing" for path in named - set(files)]
    problems += [f"{path}: it does not belong in the ledger" for path in set(files) - named - doubtful - set(faults.uses) - set(derived)]
    changed = [path for path, data in files.items() if re.match("evidence/", path) and path != evidence_path(sha256(data))]
    problems += [f"{path}: it is not what its name says" for path in changed if path in named or path not in doubtful]
    skipped = [[number, *repairs.left_out[number]] for number in sorted(repairs.left_out)]
    beside = [(section_of(records[number - 1]), number, by) for number, by, _ in skipped if number in repairs.beside]
    return problems + unknown_keys([it for it in vouched if it], rules.get("tokens", {}).get("known")), skipped, beside

def unknown_keys(uses, known):
    """Keys of tokens after the last one that somebody saw GitHub publish."""
    if known is None:
        return []
    last = max((n for n, path in enumerate(uses) if "sha256:" + path[7:-5] in known), default=-1)
    return [f"{path}: no one has seen GitHub publish it" for path in uses[last + 1:]]

def parse_document(data):
    try:
        document = parse(data)
        is_release, is_report = (misfit(document, FORMS[name]) is None for name in ("release", "checks"))
        return document if is_release or is_report and canonical(document).encode() == data else {}
    except Bad:
        return {}

def check_owner(product, repository, rules):
    demand(product in rules.get("products", [product]) and repository == rules.get("repository", repository), "it is of another repository or product")

# What every commit may write anew.
REWRITTEN = re.compile(
    rf"(HEAD|state|newest)\.json|newest\.(json\.sig|jwt)|"
    rf"sections/(product|environments/{NAME})/(state\.json|newest\.json(\.sig)?|index/(root|[0-9a-f](/[0-9a-f]){{0,2}})\.json)", re.A)
NAMED = re.compile(rf"keys/{HEX}\.pem|issuer/{HEX}\.json|evidence/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}", re.A)

def number_of(path):
    """Of the record that a file is, or lies beside; None: it is no such file."""
    match = re.fullmatch(r"records/\d+/([1-9]\d{0,14})\.(json|json\.sig|jwt)", path, re.A)
    return int(match[1]) if match and path == record_path(int(match[1]))[:-4] + match[2] else None

def check_history(git, line, committed):
    """What each commit did; notes when records became part of the ledger: with the HEAD.json that first counts them, in an unbroken row."""
    problems, before, reached = [], {}, 0
    for n, (now, parents, time) in enumerate(line):
        start, head = reached, attempt(read_head, blob(git, now, "HEAD.json"))
        while reached < (head or {"sequence": reached + 1})["sequence"] and is_file(now, record_path(reached + 1)):
            reached += 1
        if parents == 1:
            committed.update({sequence: time for sequence in range(start + 1, reached + 1)})
        brought = {path for it in range(start + 1, reached + 1) for path in beside(it) if is_plain(now, path)}
        changed = [path for path in now if before.get(path) != now[path]]
        added = sorted(number_of(path) for path in changed if path.endswith(".json") and is_file(now, path) and (number_of(path) or 0) > (start if path in before else 0))
        gone = [path for path in before if before[path] != now.get(path) and not (REWRITTEN.fullmatch(path) and path in now) and path not in brought]
        if gone and is_repair(git, now, reached):
            gone = gone_wrongly(git, gone, before, now, reached)
        problems += [f"commit {n}: {path} was changed or removed" for path in gone]
        problems += [f"commit {n}: {path} has another mode" for path in changed if now[path][0] != "100644"]
        if parents != (n > 0) or added != list(range(start + 1, reached + 1)) or not added and n > 0:
            problems.append(f"commit {n}: it does not add the next records")
        try:
            demand(head and head["sequence"] == reached, "it is malformed, or of another record")
            demand(not reached or head["hash"] == sha256(git.object(now[record_path(reached)][1]) if record_path(reached) in now else b""), "it names another hash")
        except Bad as bad:
            problems.append(f"commit {n}: HEAD.json: {bad}")
        before = now
    return problems

def gone_wrongly(git, gone, before, now, reached):
    """What a repair must not have removed or changed: all but what is not what its name says, and what no record up to it needs."""
    once = {path: blob(git, before, path) for path in gone if NAMED.fullmatch(path) or number_of(path)}
    misnamed = {path for path, data in once.items() if NAMED.fullmatch(path) and not is_of_its_name(path, data)}
    needs = needed(git, now, reached, once) if once else set()
    return sorted(path for path in set(gone) - misnamed if path in now or path in needs)

def needed(git, now, reached, gone):
    """What records up to a number need, whether they are left out or not. gone: the files that are asked about."""
    found = set()
    for sequence in range(1, reached + 1):
        path, token = record_path(sequence), record_path(sequence)[:-4] + "jwt"
        record = attempt(read_record, blob(git, now, path), sequence)
        beside = {path, token} if record and "key" not in record else {path, token, path + ".sig"}
        signer = attempt(read_token, blob(git, now, token), gone) if record else None
        found |= beside | (own_files(record, {}) if record else set()) | ({signer[1]} if signer else set())
    return found

def is_plain(files, path): return files.get(path, [""])[0] == "100644"
def is_file(files, path): return path in files and files[path][0] != "160000"
def blob(git, files, path): return git.object(files[path][1]) if is_plain(files, path) else b""
def beside(sequence): return record_path(sequence), record_path(sequence) + ".sig", record_path(sequence)[:-4] + "jwt"

def attempt(read, *them):
    try:
        return read(*them)
    except (Bad, ValueError):
        return None

def is_of_its_name(path, data):
    if path.startswith("evidence/"):
        return path == evidence_path(sha256(data))
    return attempt(is_issuer_key, path, data) if path.startswith("issuer/") else attempt(is_key, data, "sha256:" + path[5:-4])

def demand_repair(data, sequence):
    demand(read_record(data, sequence)["event"] == "repaired", "it is no repair")

def is_repair(git, files, newest):
    return problem_of(demand_repair, blob(git, files, record_path(newest)), newest) is None

def read_head(data):
    demand(len(data) <= 1024, "HEAD.json is too large")
    head = parse(data)
    form = {"format": 2, "product": "text", "repository": "text", "sequence": "number", "hash?": "digest"}
    demand(misfit(head, form) is None and 0 <= head["sequence"] < 10**15 and head["sequence"] % 1 == 0, "HEAD.json is malformed")
    demand(len(head) == 4 + (head["sequence"] > 0) == 4 + ("hash" in head) and canonical(head).encode() == data, "HEAD.json is malformed")
    return head

# Anchors

def check_anchors(folder, files, product, beside):
    """A copy of the bucket: each record that is anchored must be there, and was right when it was anchored. beside: (section, number, number of the repair)."""
    paths = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    keys = {os.path.relpath(path, folder).replace(os.sep, "/"): path for path in paths}
    own = sorted(key for key in keys if key.startswith(product + "/"))
    problems = [] if own else [f"{folder}: there is no anchor of {product} in it"]
    for key in own:
        with open(keys[key], "rb") as file:
            text = file.read()
        problems += [f"{key}: {problem}" for problem in [problem_of(check_anchor, key.removeprefix(product + "/"), text, files)] if problem]
    there = [(key[len(product) + 1:-16], MOST_RECORDS - int(key[-15:])) for key in own if re.fullmatch(r".*/\d{15}", key, re.A)]
    problems += [f"{record_path(by)}: it leaves out record {number} for its signature or token, which were right when it was anchored"
                 for section, number, by in beside if any(where == section and number <= at < by for where, at in there)]
    return problems

def check_anchor(key, text, files):
    anchor, match = parse(text), re.fullmatch(rf"(?:product|environments/{NAME})/(\d{{15}})", key, re.A)
    wanted = {"hash": "digest", "sequence": MOST_RECORDS - int(match[1]) if match else 0}
    demand(match and misfit(anchor, wanted) is None and canonical({name: anchor[name] for name in wanted}).encode() == text, "it is no anchor")
    file = files.get(record_path(anchor["sequence"]))
    demand(file is not None and sha256(file) == anchor["hash"], "the ledger does not have the record that is anchored")

def main(folder, branch, rules, anchors=None):
    """What is wrong, and what is left out: [number, number of the repair, why]."""
    git, committed = Git(folder), {}
    try:
        line = git.commits(branch)
        problems = check_history(git, line, committed)
        files = {path: git.object(oid) for path, (mode, oid) in line[-1][0].items() if mode == "100644"}
    finally:
        git.close()
    found, skipped, beside = check_files(files, rules, committed)
    problems += check_anchors(anchors, files, rules["products"][-1], beside) if anchors else []
    return problems + found, skipped

if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or "--help" in sys.argv:
        print(__doc__, end="", file=sys.stdout if "--help" in sys.argv else sys.stderr)
        sys.exit(0 if "--help" in sys.argv else 2)
    try:
        with open(sys.argv[3]) as file:
            rules = json.load(file)
        found, skipped = main(sys.argv[1], sys.argv[2], rules, *sys.argv[4:5])
    except Bad as bad:
        sys.exit(f"{sys.argv[1]}: {bad}")
    print("".join(f"record {number} was never valid, and record {by} leaves it out: {why}\n" for number, by, why in skipped), end="")
    print("".join(f"{problem}\n" for problem in found), end="")
    compared = (rules.get("policies") or {}).get("whole")
    print("" if found or compared else "BUT NOT THE GATES: RULES.json does not have all policies, so gates, and of which refs runs may be, were not compared with them.\n", end="")
    sys.exit(1 if found else 0 if compared else 3)
