"""What the verifier needs and is no part of the ledger's format: canonical JSON (RFC 8785), signatures, and git's objects."""
import base64, datetime, decimal, functools, hashlib, json, math, os, re, subprocess, tempfile

HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2

class Bad(Exception):
    """What is wrong with what is being read."""

def demand(holds, problem):
    if not holds:
        raise Bad(problem)

# JSON, digests, times

def number(value):
    """As ECMAScript writes it (RFC 8785, 3.2.2.3): the same shortest digits as Python's, with the point elsewhere."""
    demand(math.isfinite(value), "a number of it is too large")
    minus, digits, power = decimal.Decimal(repr(float(value))).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + power
    if -6 < point <= 0:
        text = "0." + "0" * -point + text
    elif 0 < point <= 21:
        text = text[:point].ljust(point, "0") + ("." + text[point:] if text[point:] else "")
    else:
        text = text[0] + ("." + text[1:] if text[1:] else "") + f"e{point - 1:+d}"
    return "-" * (minus and value != 0) + text

def no_number(text):
    raise Bad(f"{text} is no JSON")

def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", json.dumps(value, ensure_ascii=False))

def sha256(data):
    return "sha256:" + hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()

def hex_of(digest): return digest.removeprefix("sha256:")

def whole(text):
    """Beyond these digits, as ECMAScript reads it."""
    return int(text) if len(text) < 17 and abs(int(text)) < 2**53 else float(text)

def parse(data):
    try:
        return json.loads(data.decode(), parse_int=whole, parse_constant=no_number)
    except (ValueError, OverflowError, RecursionError):
        raise Bad("it is not JSON")

def depth(value):
    """Level by level, not by going down: that would end where Python's stack does."""
    level, levels = [value], 0
    while level := [it for it in level if isinstance(it, (dict, list))]:
        level, levels = [inner for it in level for inner in (it.values() if isinstance(it, dict) else it)], levels + 1
    return levels

def is_blank(text): return re.fullmatch("[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*", text) is not None

def ms(time):
    """Whole milliseconds since the epoch: further digits are cut off."""
    moment = datetime.datetime.fromisoformat(time[:19] + "+00:00")
    return int(moment.timestamp()) * 1000 + int((time[20:-1] + "000")[:3])

def exists(time):
    try:
        return ms(time) is not None and time[11:13] < "24"
    except ValueError:
        return False

# Signatures

@functools.lru_cache(maxsize=None)
def openssl_verifies(pem, signature, signed):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as file:
        for target, data in ((key, pem), (file, signature)):
            target.write(data)
            target.flush()
        command = ["openssl", "dgst", "-sha256", "-verify", key.name, "-signature", file.name]
        return subprocess.run(command, input=signed, capture_output=True).returncode == 0

def rsa_verifies(key, signature, signed):
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    modulus, exponent = (int.from_bytes(unspell(key[name]), "big") for name in "ne")
    size = (modulus.bit_length() + 7) // 8
    end = bytes.fromhex("003031300d060960864801650304020105000420") + hashlib.sha256(signed).digest()
    padded = b"\0\1" + b"\xff" * (size - 2 - len(end)) + end
    value = int.from_bytes(signature, "big")
    return len(signature) == size and value < modulus and pow(value, exponent, modulus) == int.from_bytes(padded, "big")

def unspell(text):
    """base64url in its one spelling."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Bad("a part is not base64url")
    demand(data and base64.urlsafe_b64encode(data).decode().rstrip("=") == text, "a part is not base64url in its one spelling")
    return data

def integer(value):
    """DER, in the shortest form."""
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([2, len(content)]) + content

def is_low(signature):
    try:
        r = int.from_bytes(signature[4:4 + signature[3]], "big")
        s = int.from_bytes(signature[6 + signature[3]:], "big")
        shortest = integer(r) + integer(s)
        return s <= HALF_ORDER and signature == bytes([0x30, len(shortest)]) + shortest
    except (IndexError, ValueError):
        return False

def is_key(pem, fingerprint):
    der = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]))
    text = base64.b64encode(der).decode()
    one_form = f"-----BEGIN PUBLIC KEY-----\n{text[:64]}\n{text[64:]}\n-----END PUBLIC KEY-----\n"
    p256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    return der.startswith(p256) and sha256(der) == fingerprint and one_form.encode() == pem

def is_issuer_key(path, data):
    """RFC 7638: members in their one order; 65537; 2048 to 8192 bits, odd, and no zero byte in front."""
    match = re.fullmatch(rb'\{"e":"AQAB","kty":"RSA","n":"([\w-]+)"\}', data, re.A)
    if match is None or path != f"issuer/{hex_of(sha256(data))}.json":
        return False
    modulus = unspell(match[1].decode())
    return modulus[0] != 0 and modulus[-1] % 2 == 1 and 2048 <= int.from_bytes(modulus, "big").bit_length() <= 8192

# Git

class Git:
    """Reads a repository with the program git, which alone knows packs: nothing in its settings replaces objects, fetches or starts a program here."""
    def __init__(self, folder):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.env = {**inherited, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
                    "GIT_ALLOW_PROTOCOL": "", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        beside = os.path.join(folder, ".git")
        self.command, self.reader = ["git", "--git-dir=" + os.path.abspath(beside if os.path.exists(beside) else folder)], None

    def ask(self, *arguments):
        done = subprocess.run([*self.command, *arguments], env=self.env, capture_output=True)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def object(self, oid, kind="blob"):
        self.reader = self.reader or subprocess.Popen([*self.command, "cat-file", "--batch"], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reader.stdin.write(oid.encode() + b"\n")
        self.reader.stdin.flush()
        said = self.reader.stdout.readline().decode().split()
        if len(said) != 3 or said[2] == "missing":
            raise Bad(f"the clone lacks the object {oid}: clone the branch whole, without --depth and --filter")
        data = self.reader.stdout.read(int(said[2]) + 1)[:-1]
        demand(said[1] == kind, f"{oid} is named as a {kind}, and is a {said[1]}")
        return data

    def close(self):
        if self.reader:
            self.reader.communicate()

    def tree(self, oid, prefix=""):
        """Path: (mode, oid) of every file."""
        found, data = {}, self.object(oid, "tree")
        while data:
            entry, rest = data.split(b"\0", 1)
            mode, name = entry.decode("utf-8", "surrogateescape").split(" ", 1)
            child, data = rest[:20].hex(), rest[20:]
            found.update(self.tree(child, prefix + name + "/") if mode == "40000" else {prefix + name: (mode, child)})
        return found

    def tip(self, branch):
        """Of the branch, or of what origin's was when it was last fetched."""
        tips = (self.ask("rev-parse", "--verify", "--quiet", f"{ref}/{branch}^{{commit}}") for ref in ("refs/heads", "refs/remotes/origin"))
        tip = next(filter(None, tips), None)
        demand(tip, f"there is no branch {branch} in it")
        return tip

    def commits(self, branch):
        """Oldest first: files, number of parents, milliseconds of the committer's date. Parents are the lines right after the tree: git takes no other for one."""
        oid, line = self.tip(branch), []
        while oid:
            header = self.object(oid, "commit").split(b"\n\n", 1)[0].decode("utf-8", "replace")
            said = re.match(r"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)author .*\ncommitter .* (\d+) [+-]\d+(?:\n|$)", header, re.A)
            demand(said, f"{oid} is no commit that git would write")
            parents = re.findall("[0-9a-f]{40}", said[2])
            line.insert(0, (self.tree(said[1]), len(parents), float(said[3]) * 1000))
            oid = parents[0] if parents else None
        return line
