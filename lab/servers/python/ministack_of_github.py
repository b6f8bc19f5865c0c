"""Starts ministack with what AWS knows of a token that GitHub issued, and of a request to a bucket of another account.

AWS checks who signed a token, and takes more of GitHub's claims as condition keys than `aud`, `sub` and `amr` (AWS, "Available keys for AWS
OIDC federation"). ministack knows these three alone and checks no signature: here it gets the other keys, and none at all of a token
that its issuer did not sign. What a trust policy makes of the keys is for ministack to say.

S3 tells a policy whether a request is to fail where there is an object already (S3, "Enforce conditional writes"), which account a bucket
belongs to, and which role calls (IAM, "AWS global condition context keys"). ministack tells none of the three where the bucket is another
account's.
"""

import json
import re
import sys
import urllib.request

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ministack.app import main
from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3, sts

CLAIMS = (
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "workflow",
)

# An issuer of this machine is asked directly, whatever proxies the machine has.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

only_standard = sts._web_identity_principal


def with_claims_of_github(token, provider_id, role_arn):
    principal, keys = only_standard(token, provider_id, role_arn)
    issuer = sts_issuer(keys)
    claims = verified(token, issuer)
    if claims is None:
        return principal, {}
    return principal, {**keys, **{f"{issuer}:{claim}": claims[claim] for claim in CLAIMS if claim in claims}}


def sts_issuer(keys):
    """Keys are named `<issuer>:<claim>`."""
    return next(iter(keys), "").rpartition(":")[0]


def verified(token, issuer):
    """The claims of a token that its issuer signed, and that is good now."""
    if not issuer.startswith("127.0.0.1:"):
        return None
    try:
        with DIRECT.open(f"http://{issuer}/.well-known/jwks", timeout=5) as answer:
            keys = KeySet.import_key_set(json.load(answer))
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        return claims
    except (JoseError, OSError, ValueError):
        return None


sts._web_identity_principal = with_claims_of_github

only_known_to_ministack = iam_actions.s3_service_context


def with_condition_of_write(iam_action, query_params, path="", headers=None):
    keys = only_known_to_ministack(iam_action, query_params, path, headers)
    condition = (headers or {}).get("if-none-match")
    if iam_action != "s3:PutObject" or condition is None:
        return keys
    return {**keys, "s3:if-none-match": condition}


iam_actions.s3_service_context = with_condition_of_write

BUCKET = re.compile(r"arn:aws:s3:::([^/]+)")
SESSION = re.compile(r"arn:aws:sts::(\d{12}):assumed-role/([^/]+)/.*")

resolved_by_ministack = iam_evaluator._resolve_condition_key


def with_owner_and_role(key, context):
    name = key.lower()
    if name == "aws:resourceaccount" and (bucket := BUCKET.match(context.resource_arn)):
        return s3._bucket_owner_account(bucket[1]) or resolved_by_ministack(key, context)
    if name == "aws:principalarn":
        return role_of(context)
    return resolved_by_ministack(key, context)


def role_of(context):
    """The role of a session. Of a caller from another account ministack's bucket policies see the account alone."""
    root = f"arn:aws:iam::{context.principal_account}:root"
    caller = iam_evaluator.caller_arn() if context.principal_arn == root else context.principal_arn
    session = SESSION.fullmatch(caller)
    return context.principal_arn if session is None else f"arn:aws:iam::{session[1]}:role/{session[2]}"


iam_evaluator._resolve_condition_key = with_owner_and_role

if __name__ == "__main__":
    sys.exit(main())
