#!/usr/bin/env python3
"""Send the recorded requests to a core and report where its answers differ from the recorded ones.

    replay.py --core http://127.0.0.1:3567 [--only SCENARIO[,SCENARIO]] [--api-key KEY] [--json OUT] [--accept FILE]
              [--scope FILE] [-v]

The core must be fresh (no users, no tenants). See README.md for the rules of comparison.
"""
import argparse, base64, copy, datetime, hashlib, http.client, json, pathlib, re, sys, time

from common import PAUSE, Connection

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE_MS = 15_000

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CODE_KEYS = {"userInputCode"}          # six digits made by the core
TOKEN_KEYS = {"token", "preAuthSessionId", "deviceId", "linkCode", "challenge"}
DURATION_KEYS = {"retryAfterMs"}       # milliseconds that run down
UNORDERED = {"versions", "roles", "permissions", "sessionHandles", "sessionHandlesRevoked", "keys", "tenants", "apps",
             "devices", "codes", "credentials", "excludeCredentials", "credentialIds", "emails", "phoneNumbers",
             "thirdParty", "tenantIds", "tags", "sessions", "firstFactors", "requiredSecondaryFactors"}
# Texts for people inside a JSON answer: their wording is the softer class too.
SOFT = {("message", "UNAUTHORISED"), ("message", "TRY_REFRESH_TOKEN"), ("reason", "INVALID_OPTIONS_ERROR"),
        ("reason", "INVALID_AUTHENTICATOR_ERROR"), ("reason", "INVALID_CREDENTIALS_ERROR")}


def unpack_jwt(text):
    """(header, payload) of a JWT, or None."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        header, payload = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
        return (header, payload) if isinstance(header, dict) and isinstance(payload, dict) else None
    except ValueError:
        return None


def form(key, text, made_up=False):
    """What kind of made-up value a string is, or None if it is none: only values of one kind may replace each other.
    A long word counts as a token if its key says so, or if it has capital and small letters and digits, or if
    `made_up` says that a token is expected (a random one may happen to have no digit)."""
    if key in CODE_KEYS and re.fullmatch(r"\d{6}", text):
        return "code"
    if re.fullmatch(UUID, text):
        return "uuid"
    if re.fullmatch(UUID + r"_[a-z0-9-]+", text):          # session handle of a tenant
        return "uuid" + text[36:]
    if key == "kid" and re.fullmatch(r"[ds]-[0-9A-Za-z-]{8,}", text):
        return "key id " + text[:2]                        # dynamic or static
    if key == "secret" and re.fullmatch(r"[A-Z2-7]{16,}", text):
        return "base32"
    if re.fullmatch(r"[0-9a-f]{32,}", text):
        return "token"
    if re.fullmatch(r"[A-Za-z0-9+/_.=-]{20,}", text) and (
            made_up or key in TOKEN_KEYS or all(re.search(c, text) for c in ("[a-z]", "[A-Z]", "[0-9]"))):
        return "token"
    return None


class Learner:
    """Which actual value stands for which recorded one. One value stands for one value, in both directions."""

    def __init__(self):
        self.actual_of, self.recorded_of, self.codes, self.times = {}, {}, {}, {}
        self.pattern = None

    def clone(self):
        other = copy.copy(self)
        for name in ("actual_of", "recorded_of", "codes", "times"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    def learn(self, recorded, actual):
        self.actual_of[recorded], self.recorded_of[actual] = actual, recorded
        self.pattern = None

    def learn_parts(self, recorded, actual):
        """Whole tokens, and their parts: a scenario may send a part on, or a token it has tampered with."""
        self.learn(recorded, actual)
        if recorded.count(".") == actual.count(".") and "." in recorded:
            for r, a in zip(recorded.split("."), actual.split(".")):
                if len(r) >= 16:
                    self.learn(r, a)

    def text(self, text):
        """Recorded text with every learned value replaced, longest first."""
        if text in self.codes:
            return self.codes[text]
        if not self.actual_of:
            return text
        if self.pattern is None:
            self.pattern = re.compile("|".join(map(re.escape, sorted(self.actual_of, key=len, reverse=True))))
        return self.pattern.sub(lambda match: self.actual_of[match.group()], text)

    def value(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        return value


class Comparison:
    """Walks a recorded and an actual answer in parallel; collects differences as (class, path, expected, got)."""

    def __init__(self, learner, recorded_ms, actual_ms, verify):
        self.learner, self.recorded_ms, self.actual_ms, self.verify = learner, recorded_ms, actual_ms, verify
        self.found = []

    def differ(self, path, expected, got, kind="different"):
        self.found.append((kind, path, expected, got))

    def walk(self, path, key, recorded, actual, status=None):
        numbers = (int, float)
        if isinstance(recorded, dict) and isinstance(actual, dict):
            status = recorded.get("status", status)
            missing, extra = sorted(set(recorded) - set(actual)), sorted(set(actual) - set(recorded))
            if missing or extra:
                self.differ(path, "the same keys", f"missing {missing}, extra {extra}")
            for name in recorded:
                if name in actual:
                    self.walk(f"{path}.{name}", name, recorded[name], actual[name], status)
        elif isinstance(recorded, list) and isinstance(actual, list):
            if len(recorded) != len(actual):
                self.differ(path, f"{len(recorded)} items", f"{len(actual)} items")
            if key in UNORDERED or key == "users" and all(isinstance(item, str) for item in recorded):
                actual = self.align(path, key, recorded, actual)
            for i, (r, a) in enumerate(zip(recorded, actual)):
                self.walk(f"{path}[{i}]", key, r, a, status)
        elif isinstance(recorded, str) and isinstance(actual, str):
            self.strings(path, key, recorded, actual, status)
        elif isinstance(recorded, bool) or isinstance(actual, bool) or recorded is None or actual is None:
            if recorded is not actual:
                self.differ(path, json.dumps(recorded), json.dumps(actual))
        elif isinstance(recorded, numbers) and isinstance(actual, numbers):
            self.numbers(path, key, recorded, actual)
        else:
            self.differ(path, json.dumps(recorded, ensure_ascii=False), json.dumps(actual, ensure_ascii=False))

    def align(self, path, key, recorded, actual):
        """Put an unordered list's actual items in the recorded order: first those that need nothing new learned."""
        left, order = list(actual), [None] * len(recorded)
        for may_learn in (False, True):
            for i, item in enumerate(recorded):
                for candidate in left if order[i] is None else ():
                    trial = Comparison(self.learner.clone(), self.recorded_ms, self.actual_ms, self.verify)
                    trial.walk(path, key, item, candidate)
                    if not trial.found and (may_learn or trial.learner.actual_of == self.learner.actual_of):
                        order[i] = [candidate]
                        left.remove(candidate)
                        break
        return [slot[0] if slot else left.pop(0) for slot in order if slot or left]

    def strings(self, path, key, recorded, actual, status):
        learner = self.learner
        tokens = unpack_jwt(recorded), unpack_jwt(actual)
        if all(tokens):
            for part, r, a in zip(("header", "payload"), *tokens):
                self.walk(f"{path}<{part}>", part, r, a)
            learner.learn_parts(recorded, actual)
            problem = self.verify(actual, tokens[1][0].get("kid"))
            if problem:
                self.differ(path, "a signature by a published key", problem)
            return
        known = learner.text(recorded)
        kind = form(key, recorded)
        if kind == "code":
            if form(key, actual) == "code":
                learner.codes[recorded] = actual
            else:
                self.differ(path, "six digits", actual)
        elif recorded == actual or known == actual:
            if kind and recorded not in learner.actual_of and known == recorded:
                learner.learn_parts(recorded, actual)          # made up from something fixed, the same in both
        elif (key, status) in SOFT:
            self.differ(path, recorded, actual, "wording")
        elif kind is None or recorded in learner.actual_of:
            self.differ(path, known, actual)
        elif form(key, actual, made_up=kind == "token") != kind:
            self.differ(path, f"a made-up value like {recorded!r}", actual)
        elif actual in learner.recorded_of:
            self.differ(path, "a value not seen before", actual)
        elif re.fullmatch(r"[A-Za-z0-9_-]+", recorded) and not re.fullmatch(r"[A-Za-z0-9_-]+", actual):
            self.differ(path, "a value that needs no escaping in a URL", actual)
        else:
            learner.learn_parts(recorded, actual)

    def numbers(self, path, key, recorded, actual):
        if recorded == actual:
            return
        if key in DURATION_KEYS:
            if abs(recorded - actual) > TOLERANCE_MS:
                self.differ(path, recorded, actual)
            return
        decade = 10 * 365 * 86_400_000
        for unit in (1, 1000):                                  # milliseconds, seconds
            if abs(recorded * unit - self.recorded_ms) < decade:
                age = (actual * unit - self.actual_ms) - (recorded * unit - self.recorded_ms)
                if abs(age) > TOLERANCE_MS and self.learner.times.get(recorded) != actual:
                    then = round(recorded * unit - self.recorded_ms)
                    self.differ(path, f"now{then:+} ms", f"now{round(actual * unit - self.actual_ms):+} ms")
                self.learner.times[recorded] = actual
                return
        self.differ(path, recorded, actual)


class Keys:
    """The published keys of the core's apps, to check that the tokens it gives are signed by them."""

    def __init__(self, connection, api_key):
        self.connection, self.api_key, self.keys = connection, api_key, {}

    def problem(self, app, token, kid):
        if (app, kid) not in self.keys:
            headers = {"api-key": self.api_key} if self.api_key else {}
            reply = self.connection.send({"method": "GET", "path": app + "/.well-known/jwks.json", "headers": headers})
            try:
                for key in json.loads(reply[3])["keys"]:
                    self.keys[app, key["kid"]] = [
                        int.from_bytes(base64.urlsafe_b64decode(key[part] + "=="), "big") for part in "ne"]
            except (ValueError, KeyError, TypeError):
                return "no published keys"
        if (app, kid) not in self.keys:
            return f"key {kid!r} is not published"
        n, e = self.keys[app, kid]
        data, signature = token.rsplit(".", 1)
        size = (n.bit_length() + 7) // 8
        digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data.encode()).digest()
        wanted = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
        try:
            number = int.from_bytes(base64.urlsafe_b64decode(signature + "=="), "big")
        except ValueError:
            number = 0
        return None if pow(number, e, n).to_bytes(size, "big") == wanted else "the signature is wrong"


def compare(exchange, reply, comparison):
    recorded = exchange["response"]
    status, content_type, cache_control, text = reply
    if recorded["status"] >= 500:
        # The recorded core broke down here: any refusal is as good, only a success is not.
        if status < 400:
            try:
                answer = json.loads(text)["status"]
            except (ValueError, KeyError, TypeError):
                answer = None
            if not isinstance(answer, str) or answer == "OK":
                comparison.differ("status", "any refusal", f"{status} {shorten(text)}")
        return
    if status != recorded["status"]:
        expected = recorded.get("text") or json.dumps(recorded.get("body"))
        comparison.differ("status", f"{recorded['status']} {shorten(expected)}", f"{status} {shorten(text)}")
        return
    main_part = recorded["content_type"].split(";")[0].strip().lower()
    if content_type.split(";")[0].strip().lower() != main_part:
        comparison.differ("content-type", main_part, content_type)
    if "cache_control" in recorded:
        age = re.compile(r"max-age=\d+")
        if age.sub("max-age=N", cache_control or "none") != age.sub("max-age=N", recorded["cache_control"]):
            comparison.differ("cache-control", recorded["cache_control"], cache_control)
    if "body" in recorded:
        try:
            body = json.loads(text)
        except ValueError:
            comparison.differ("body", "JSON", shorten(text))
            return
        comparison.walk("body", None, recorded["body"], body)
    else:
        expected = comparison.learner.text(recorded["text"]).rstrip("\n")
        if text.rstrip("\n") != expected:
            comparison.differ("text", expected, text.rstrip("\n"), "wording" if status == 400 else "different")


def shorten(value, width=110):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.strip().replace("\n", "\\n")
    return text if len(text) <= width else text[:width - 1] + "…"


def replay(data, core, api_key, out_of_scope):
    """Yields (exchange, class, differences) for each exchange of one scenario."""
    connection = Connection(core)
    learner, keys = Learner(), Keys(Connection(core), api_key)
    start_ms = datetime.datetime.fromisoformat(data["recorded_at"]).timestamp() * 1000
    for exchange in data["exchanges"]:
        request = exchange["request"]
        if out_of_scope(data["scenario"], exchange):
            yield exchange, "out of scope", []
            continue
        headers = dict(request["headers"])
        if api_key:
            if data.get("api_key"):
                recorded_key, given = data["api_key"], headers.get("api-key")
                if given is not None:
                    headers["api-key"] = (given.replace(recorded_key, api_key)
                                          .replace(recorded_key.upper(), api_key.upper()))
            else:
                headers["api-key"] = api_key
        request = {**request, "headers": headers, "path": learner.text(request["path"])}
        for part in ("query", "body", "raw_body"):
            if part in request:
                request[part] = learner.value(request[part])
        time.sleep(PAUSE + exchange.get("wait_ms", 0) / 1000)
        app = re.match(r"(/appid-[^/]*)?", request["path"]).group()
        comparison = Comparison(learner, start_ms + exchange["t_ms"], time.time() * 1000,
                                lambda token, kid: keys.problem(app, token, kid))
        try:
            compare(exchange, connection.send(request), comparison)
        except (OSError, http.client.HTTPException) as error:
            comparison.differ("connection", "an answer", f"{type(error).__name__}: {error}")
        kinds = {kind for kind, *_ in comparison.found}
        result = "different" if "different" in kinds else "wording" if kinds else "same"
        yield exchange, result, comparison.found


def accepted_differences(path):
    """{(scenario, name): why} of an accept list; every row needs its reason."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    for row in rows:
        if not row.get("why", "").strip():
            raise SystemExit(f"{path}: {row} has no reason")
    return {(row["scenario"], row["name"]): row["why"] for row in rows}


def scope_rules(path):
    """A function that says whether an exchange is left out, by rows {"path", "why"} or {"scenario", "name", "why"}.
    A path is the endpoint's, without app and tenant. The function remembers which rows were used."""
    rows = json.loads(path.read_text(encoding="utf-8")) if path else []
    for row in rows:
        if not row.get("why", "").strip():
            raise SystemExit(f"{path}: {row} has no reason")

    def out_of_scope(scenario, exchange):
        target = exchange["request"]["path"].lower().rstrip("/")
        for row in rows:
            wanted = row.get("path")
            if wanted and re.fullmatch(r"(/appid-[a-z0-9-]*)?(/[a-z0-9_-]+)?" + re.escape(wanted), target) or (
                    (row.get("scenario"), row.get("name")) == (scenario, exchange["name"])):
                row["used"] = True
                return True
        return False

    out_of_scope.unused = lambda: [row for row in rows if not row.get("used")]
    return out_of_scope


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--core", required=True, help="base URL of the core")
    parser.add_argument("--only", help="scenario names, comma-separated")
    parser.add_argument("--api-key", help="the core's key; without it, scenarios about keys are left out")
    parser.add_argument("--data", default=HERE / "data", type=pathlib.Path, help="folder of the recordings")
    parser.add_argument("--json", help="write all results to this file")
    parser.add_argument("--accept", type=pathlib.Path, help="JSON list of {scenario, name, why}: differences meant to be")
    parser.add_argument("--scope", type=pathlib.Path, help="JSON list of endpoints that this core does not have (yet)")
    parser.add_argument("-v", action="store_true", help="print every difference, not only an exchange's first")
    options = parser.parse_args()
    accepted = accepted_differences(options.accept) if options.accept else {}
    names = options.only.split(",") if options.only else sorted(path.stem for path in options.data.glob("*.json"))
    out_of_scope = scope_rules(options.scope)
    classes, table, results = ("same", "wording", "accepted", "out of scope", "different"), [], []
    for name in names:
        data = json.loads((options.data / f"{name}.json").read_text(encoding="utf-8"))
        if data.get("api_key") and not options.api_key:
            continue
        counts = dict.fromkeys(classes, 0)
        for exchange, result, found in replay(data, options.core, options.api_key, out_of_scope):
            if result == "different" and accepted.pop((name, exchange["name"]), None):
                result, found = "accepted", []
            counts[result] += 1
            results.append({"scenario": name, "name": exchange["name"], "result": result, "differences": [
                {"class": kind, "path": path, "expected": expected, "got": got} for kind, path, expected, got in found]})
            found = sorted(found, key=lambda item: item[0])     # "different" before "wording"
            for kind, path, expected, got in found if options.v else found[:1]:
                more = f" (+{len(found) - 1} more)" if len(found) > 1 and not options.v else ""
                mark = "" if kind == "different" else "[wording] "
                print(f"{mark}{name}: {exchange['name']}: {path}: expected {shorten(expected)}, got {shorten(got)}{more}")
        table.append((name, counts))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, ensure_ascii=False, indent=1, default=str) + "\n")
    print(f"{'scenario':<20}" + "".join(f"{kind:>14}" for kind in classes))
    for name, counts in table:
        print(f"{name:<20}" + "".join(f"{counts[kind]:>14}" for kind in classes))
    total = {kind: sum(counts[kind] for _, counts in table) for kind in classes}
    stale = [key for key in accepted if key[0] in names]
    for scenario, name in stale:
        print(f"{scenario}: {name}: accepted as different, but it is not: take it off the list")
    unused = out_of_scope.unused() if not options.only else []
    for row in unused:
        print(f"out of scope, but no exchange is meant: take {row} off the list")
    print(f"{total['same']} same, {total['wording']} wording, {total['accepted']} accepted, "
          f"{total['out of scope']} out of scope, {total['different']} different of {sum(total.values())}")
    return 1 if total["different"] or stale or unused else 0


if __name__ == "__main__":
    sys.exit(main())
