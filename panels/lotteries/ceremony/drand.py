"""The public randomness service drand: which round belongs to a moment, and whether a value is really its.

drand is run by some twenty organisations together (the League of Entropy). Every few seconds they sign the
number of the round with a key that no single one of them holds; the SHA-256 of the signature is the
randomness. Nobody can know it before, and whoever has the public key can check it afterwards, without
asking anybody. The two public chains are fixed here. A chain's hash covers its key, its start and its
rhythm, which a test recomputes.

Sources: the specification at https://docs.drand.love (chain hash, schemes), RFC 9380 (hashing to a curve).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from py_arkworks_bls12381 import GT, G1Point, G2Point

from backend.core.errors import InvalidInput

_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of drand. `on_g1`: signatures of 48 bytes without a link to the round before it."""

    name: str
    hash: str
    public_key: str
    genesis: int
    period: int
    on_g1: bool

    def round_at(self, moment: datetime) -> int:
        """The first round that becomes known at this moment or after it."""
        since = moment - datetime.fromtimestamp(self.genesis, UTC)
        return max(0, -(-since // timedelta(seconds=self.period))) + 1

    def time_of(self, number: int) -> datetime:
        """The moment a round becomes known."""
        return datetime.fromtimestamp(self.genesis + (number - 1) * self.period, UTC)


QUICKNET = Chain(
    name="drand quicknet",
    hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key="83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis=1692803367,
    period=3,
    on_g1=True,
)
MAINNET = Chain(
    name="drand mainnet",
    hash="8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
    public_key="868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    genesis=1595431050,
    period=30,
    on_g1=False,
)
CHAINS = {chain.hash: chain for chain in (QUICKNET, MAINNET)}


def chain_of(chain_hash: str) -> Chain:
    if chain_hash not in CHAINS:
        raise InvalidInput(_("This chain of drand is not known here."))
    return CHAINS[chain_hash]


def randomness_of(signature: str) -> str:
    """What drand calls the randomness of a round: SHA-256 over its signature, in hexadecimal."""
    return hashlib.sha256(_bytes(signature)).hexdigest()


def is_signed(chain: Chain, number: int, signature: str, previous_signature: str = "") -> bool:
    """Whether this is the one signature that the chain gives to this round. Takes some milliseconds.

    `previous_signature` is needed on a chain whose rounds are linked, such as mainnet.
    """
    raw, message = _bytes(signature), number.to_bytes(8, "big")
    try:
        if chain.on_g1:
            return _is_signed_on_g1(chain, raw, message)
        return _is_signed_on_g2(chain, raw, _bytes(previous_signature) + message)
    except ValueError:  # no point of the curve
        return False


def _is_signed_on_g1(chain: Chain, raw: bytes, message: bytes) -> bool:
    signature, key = (
        G1Point.from_compressed_bytes(raw),
        G2Point.from_compressed_bytes(_bytes(chain.public_key)),
    )
    hashed = G1Point.hash_to_curve(
        hashlib.sha256(message).digest(), b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    )
    # One point can be written in more ways than one, and the randomness is a hash of how it is written.
    return signature.to_compressed_bytes() == raw and GT.pairing_check([signature, -hashed], [G2Point(), key])


def _is_signed_on_g2(chain: Chain, raw: bytes, message: bytes) -> bool:
    signature, key = (
        G2Point.from_compressed_bytes(raw),
        G1Point.from_compressed_bytes(_bytes(chain.public_key)),
    )
    hashed = G2Point.hash_to_curve(
        hashlib.sha256(message).digest(), b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
    )
    return signature.to_compressed_bytes() == raw and GT.pairing_check([G1Point(), -key], [signature, hashed])


def _bytes(text: str) -> bytes:
    if not _HEX.match(text):
        raise InvalidInput(_("A signature of drand is written in hexadecimal digits in lower case."))
    return bytes.fromhex(text)
