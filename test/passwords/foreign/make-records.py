"""Writes records.json: passwords and their hashes, twenty of each library, made with the library itself.

The hashes have salts, so that each run writes others. One of each scheme has the library's default cost, the others a lower one:

    python3 -m venv /tmp/foreign && /tmp/foreign/bin/pip install --requirement requirements.txt
    /tmp/foreign/bin/python make-records.py
"""

import base64
import hashlib
import itertools
import json
import pathlib
import secrets

import argon2
import django
import firebase_scrypt
from django.conf import settings
from django.contrib.auth import hashers
from passlib import hash as passlib
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from werkzeug.security import generate_password_hash

settings.configure()
django.setup()

# At most 72 bytes, which bcrypt reads.
TEXTS = [
    "correct horse battery staple",
    "pass:word$with=signs",
    "Straße nach Köln",
    "пароль для входа",
    "パスワードです",
    "🦊 jumps over 🐶",
    " spaces at both ends ",
    "%2B + & ?",
    "x" * 72,
    "'\"\\{}",
]
LONG = "a password of more than seventy-two bytes, all of which count in this scheme: end"

FIREBASE = {
    "signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    "salt_separator": "Bw==",
    "rounds": 8,
    "mem_cost": 14,
}


def lazily(scheme):
    """passlib replaces the methods of a scheme when it loads its backend."""
    return lambda text: scheme.hash(text)


def django_hasher(hasher, iterations=None):
    make = hasher()
    if iterations:
        make.iterations = iterations
    return lambda text: make.encode(text, make.salt())


def django_bcrypt(hasher):
    make = hasher()
    make.rounds = 4
    return lambda text: make.encode(text, make.salt())


def django_argon2(memory):
    make = hashers.Argon2PasswordHasher()
    make.memory_cost = memory
    return lambda text: make.encode(text, make.salt())


def django_scrypt(work):
    make = hashers.ScryptPasswordHasher()
    make.work_factor = work
    return lambda text: make.encode(text, make.salt())


# Of each library, its schemes: how to hash at the default cost, at a lower one, and whether all bytes count.
LIBRARIES = {
    "argon2-cffi": [
        ("argon2id", argon2.PasswordHasher().hash, argon2.PasswordHasher(memory_cost=1024).hash, True),
        (
            "argon2i",
            argon2.PasswordHasher(type=argon2.Type.I).hash,
            argon2.PasswordHasher(type=argon2.Type.I, memory_cost=1024, parallelism=1).hash,
            True,
        ),
        (
            "argon2d",
            argon2.PasswordHasher(type=argon2.Type.D).hash,
            argon2.PasswordHasher(type=argon2.Type.D, memory_cost=512, hash_len=16).hash,
            True,
        ),
    ],
    "pwdlib": [
        ("argon2", PasswordHash.recommended().hash, Argon2Hasher(memory_cost=1024).hash, True),
        ("bcrypt", BcryptHasher().hash, BcryptHasher(rounds=4).hash, False),
    ],
    "passlib": [
        ("argon2", lazily(passlib.argon2), lazily(passlib.argon2.using(memory_cost=1024)), True),
        ("bcrypt", lazily(passlib.bcrypt), lazily(passlib.bcrypt.using(rounds=4, ident="2a")), False),
        ("bcrypt_sha256", lazily(passlib.bcrypt_sha256), lazily(passlib.bcrypt_sha256.using(rounds=4)), True),
        (
            "bcrypt_sha256 version 1",
            lazily(passlib.bcrypt_sha256.using(version=1, rounds=5)),
            lazily(passlib.bcrypt_sha256.using(version=1, rounds=4, ident="2a")),
            True,
        ),
        ("pbkdf2_sha1", lazily(passlib.pbkdf2_sha1), lazily(passlib.pbkdf2_sha1.using(rounds=1000)), True),
        ("pbkdf2_sha256", lazily(passlib.pbkdf2_sha256), lazily(passlib.pbkdf2_sha256.using(rounds=1000)), True),
        ("pbkdf2_sha512", lazily(passlib.pbkdf2_sha512), lazily(passlib.pbkdf2_sha512.using(rounds=1000)), True),
        ("django_pbkdf2_sha256", lazily(passlib.django_pbkdf2_sha256), lazily(passlib.django_pbkdf2_sha256.using(rounds=1000)), True),
        ("scrypt", lazily(passlib.scrypt), lazily(passlib.scrypt.using(rounds=10)), True),
    ],
    "django": [
        ("argon2", django_argon2(102_400), django_argon2(1024), True),
        ("pbkdf2_sha256", django_hasher(hashers.PBKDF2PasswordHasher), django_hasher(hashers.PBKDF2PasswordHasher, 1000), True),
        ("pbkdf2_sha1", django_hasher(hashers.PBKDF2SHA1PasswordHasher), django_hasher(hashers.PBKDF2SHA1PasswordHasher, 1000), True),
        ("bcrypt_sha256", django_hasher(hashers.BCryptSHA256PasswordHasher), django_bcrypt(hashers.BCryptSHA256PasswordHasher), True),
        ("bcrypt", django_hasher(hashers.BCryptPasswordHasher), django_bcrypt(hashers.BCryptPasswordHasher), False),
        ("scrypt", django_scrypt(2**14), django_scrypt(2**10), True),
    ],
    "werkzeug": [
        ("scrypt", generate_password_hash, lambda text: generate_password_hash(text, "scrypt:1024:8:1"), True),
        (
            "pbkdf2:sha256",
            lambda text: generate_password_hash(text, "pbkdf2"),
            lambda text: generate_password_hash(text, "pbkdf2:sha256:1000"),
            True,
        ),
        (
            "pbkdf2:sha512",
            lambda text: generate_password_hash(text, "pbkdf2:sha512:50000"),
            lambda text: generate_password_hash(text, "pbkdf2:sha512:1000"),
            True,
        ),
    ],
}


def keycloak_credential(text, algorithm, iterations):
    """Keycloak is written in Java: this is what its Pbkdf2PasswordHashProvider and Argon2PasswordHashProvider do."""
    salt = secrets.token_bytes(16)
    if algorithm == "argon2":
        more = {"hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}
        key = argon2.low_level.hash_secret_raw(text.encode(), salt, iterations, 7168, 1, 32, argon2.Type.ID)
    else:
        more = {}
        key = hashlib.pbkdf2_hmac(algorithm.removeprefix("pbkdf2-").replace("pbkdf2", "sha1"), text.encode(), salt, iterations, 64)
    return {
        "type": "password",
        "secretData": json.dumps(
            {"value": base64.b64encode(key).decode(), "salt": base64.b64encode(salt).decode(), "additionalParameters": {}}
        ),
        "credentialData": json.dumps({"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": more}),
    }


def keycloak():
    schemes = [("argon2", 5), ("pbkdf2-sha512", 210_000), ("pbkdf2-sha256", 27_500), ("pbkdf2", 20_000)]
    for (algorithm, iterations), number in zip(itertools.cycle(schemes), range(20)):
        text = LONG if number < 4 else TEXTS[number % len(TEXTS)]
        cost = iterations if number < 4 or algorithm == "argon2" else 1000
        yield {"scheme": algorithm, "password": text, "credential": keycloak_credential(text, algorithm, cost)}


def firebase():
    for number in range(20):
        text = LONG if number == 0 else TEXTS[number % len(TEXTS)]
        salt = base64.b64encode(secrets.token_bytes(10)).decode()
        key = firebase_scrypt.encrypt(
            base64.b64decode(FIREBASE["signer_key"]),
            firebase_scrypt.generate_derived_key(text, salt, FIREBASE["salt_separator"], FIREBASE["rounds"], FIREBASE["mem_cost"]),
        )
        yield {"scheme": "scrypt", "password": text, "salt": salt, "passwordHash": base64.b64encode(key).decode()}


def of_library(schemes):
    records = []
    for scheme, by_default, _, all_count in schemes:
        text = LONG if all_count else TEXTS[0]
        records.append({"scheme": scheme, "password": text, "hash": by_default(text)})
    cheap = itertools.cycle(schemes)
    while len(records) < 20:
        scheme, _, at_low_cost, _ = next(cheap)
        text = TEXTS[len(records) % len(TEXTS)]
        records.append({"scheme": scheme, "password": text, "hash": at_low_cost(text)})
    return records


records = {name: of_library(schemes) for name, schemes in LIBRARIES.items()}
records["keycloak"] = list(keycloak())
records["firebase"] = list(firebase())
text = json.dumps({"firebase parameters": FIREBASE, **records}, indent=2, ensure_ascii=False)
pathlib.Path(__file__).with_name("records.json").write_text(text + "\n")
