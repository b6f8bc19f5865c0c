"""Repairs: the records that `repaired` records leave out, as docs/ledger.md says in its section of that name."""
from standards import Bad, demand, is_blank

class Repairs:
    """What the valid `repaired` records of a ledger leave out: {number: (number of the repair, why)}; and why others are not valid.

    records: those that can be read, else None. hashes: by number. faults: {number: (what is wrong by itself, what is wrong beside it)}.
    uses: the numbers of the records that each key of the issuer vouches for. known: such keys that somebody saw published.
    section_of(record). environments_of(record): those that there were; None: nobody knows. breaks(record, left out): the rule that it breaks by records alone. states(records): what they lead to, to be carried on.
    """
    def __init__(self, records, hashes, faults, uses, known, section_of, breaks, states, environments_of):
        self.records, self.hashes, self.faults, self.section_of, self.breaks = records, hashes, faults, section_of, breaks
        self.uses, self.known, self.states, self.environments_of = uses, known, states, environments_of
        self.left_out, self.valid, self.wrong, self.beside = {}, set(), {}, set()
        for record in records:
            if record and record["event"] == "repaired" and record["sequence"] not in faults:
                self.take(record)

    def take(self, record):
        try:
            found = self.judge(record)
        except Bad as bad:
            self.wrong[record["sequence"]] = str(bad)
            return
        self.valid.add(record["sequence"])
        self.left_out.update({number: (record["sequence"], why) for number, why in found.items()})

    def judge(self, record):
        """Why each record that it names is not valid."""
        by, detail, section = record["sequence"], record.get("detail", {}), self.section_of(record)
        skipped = detail.get("skipped", [])
        among, found = {it["sequence"] for it in skipped}, {}
        demand(not is_blank(detail.get("reason", "")), "it has no reason")
        unagreed = self.breaks(record, set())
        demand(not unagreed, unagreed)
        demand(len(among) == len(skipped), "it leaves out a record twice")
        for it in skipped:
            number = it["sequence"]
            demand(number < by and number not in self.left_out, f"it leaves out record {number}, which is no earlier one, or left out already")
            there = self.hashes[number], self.hashes[number - 1]
            demand((it["hash"], it.get("previous")) == there, f"it names other hashes of record {number} and the one before")
            found[number] = self.fault(number, section, by, among)
            demand(found[number], f"it leaves out record {number}, which nothing shows not to be valid")
        rest = [number for number, it in enumerate(self.records[:by - 1], 1)
                if it and self.section_of(it) == section and number not in among and number not in self.left_out]
        good, end = detail.get("good", {}), rest[-1] if rest else None
        demand((good.get("sequence"), good.get("hash")) == (end, end and self.hashes[end]), "it names another end of the section")
        return found

    def fault(self, number, section, by, among):
        """Why a record may be left out; None: it may not."""
        record, without = self.records[number - 1], among | set(self.left_out)
        itself, beside = self.faults.get(number, (None, None))
        if record is None:
            return itself
        own, there = self.section_of(record), self.environments_of(self.records[by - 1])
        if own != section and (section != "product" or there is not None and record.get("environment") in there):
            return None
        then = {it for it, (repair, _) in self.left_out.items() if repair < number}
        others = self.wrong.get(number) or self.breaks(record, then) and self.breaks(record, without)
        beside = beside or self.strange_key(record, without)
        certain = itself or others
        unproved = not certain and not self.was_built_on(number, by, without) and beside
        (self.beside.add if unproved else self.beside.discard)(number)
        return certain or unproved or self.lies(number, by)

    def lies(self, number, by):
        """Whether a record is the first since the last valid repair that commits to another state: those after it rest on it."""
        states, is_right = self.states([]), True
        for at, record in enumerate(self.records[:by - 1], 1):
            if at in self.valid:
                is_right = True
                if at in self.leaving:
                    states = self.states([it for it in self.records[:at - 1] if it and self.left_out.get(it["sequence"], [at + 1])[0] > at])
            was_right = is_right
            is_right = record is not None and states.add(record, self.hashes) == record["state"] and was_right
            if at == number:
                return was_right and not is_right and "it commits to another state"

    def was_built_on(self, number, by, without):
        """Whether a valid record follows, and no repair that says that more is to come: then what lies beside this one was right, and was taken away since."""
        return any(it not in without and it not in self.faults and not self.says_more(it) for it in range(number + 1, by))

    @property
    def leaving(self):
        """The repairs that leave out something: after any other the state is what it was."""
        return {by for by, _ in self.left_out.values()}

    def says_more(self, number):
        return number in self.valid and self.records[number - 1].get("detail", {}).get("more") is True

    def strange_key(self, record, without):
        """Whether its token is by a key that no one knows, that came after others, and vouches for nothing that counts in the section."""
        key = next((it for it, numbers in self.uses.items() if record["sequence"] in numbers), None)
        if key is None or key in self.known:
            return None
        is_new = any(numbers[0] < self.uses[key][0] for numbers in self.uses.values())
        own = [it for it in self.uses[key] if self.section_of(self.records[it - 1]) == self.section_of(record)]
        return "no one has seen GitHub publish the key of its token" if is_new and set(own) <= without else None
