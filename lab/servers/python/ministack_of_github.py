"""Starts ministack with what AWS knows of a token that GitHub issued.

AWS checks who signed a token, and takes more of GitHub's claims as condition keys than `aud`, `sub` and `amr` (AWS, "Available keys for AWS
OIDC federation"). ministack knows these three alone and checks no signature: here it gets the other keys, and none at all of a token
that its issuer did not sign. What a trust policy makes of the keys is for ministack to say.
"""

import json
import sys
import urllib.request

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ministack.app import main
from ministack.services import sts

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

if __name__ == "__main__":
    sys.exit(main())
