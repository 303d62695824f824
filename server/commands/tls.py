"""`hall tls`: certificates of the hall's own, for a hall that has none of a public authority. It opens no port: nginx in front does
(docs/nginx/hallfloor.conf)."""

from __future__ import annotations

import datetime
import ipaddress
import os
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS, SERVER_DAYS = 3650, 820  # browsers take no longer one than 825 days of a server
SKEW = datetime.timedelta(days=1)  # a device whose clock is a little behind takes it all the same


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder for the files.")
def command(names: tuple[str, ...], out: Path) -> None:
    """Make a certificate for the hall's server, good for NAMES: each name or address that devices and people type.

    The first time also an authority of the hall's own: ca.crt goes to every kiosk, display and browser, and ca.key signs nothing but
    the next certificate: take it to another place. Said again, the same authority makes a new certificate, and devices need nothing.
    """
    known = (out / "ca.crt").exists()
    if known and not (out / "ca.key").exists():
        raise click.ClickException(f"{out / 'ca.key'} is not here. Bring it back: another authority would be unknown to every device.")
    now = datetime.datetime.now(datetime.UTC)
    out.mkdir(parents=True, exist_ok=True)
    authority, key = load(out) if known else new_authority(out, now)
    if authority.not_valid_after_utc < now + datetime.timedelta(days=SERVER_DAYS):
        raise click.ClickException(f"The authority ends on {authority.not_valid_after_utc:%Y-%m-%d}. Make a new one in another folder.")
    try:
        made = new_server(out, authority, key, names, now)
    except ValueError as error:
        raise click.ClickException(f"This is no name of a server: {error}") from None
    click.echo(f"{out / 'server.crt'}: {', '.join(names)}, until {made.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"{out / 'ca.crt'}: {fingerprint(authority)}")


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, as browsers show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def load(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise click.ClickException(f"{folder / 'ca.key'} is not the key of ca.crt beside it.")
    return authority, key


def new_authority(folder: Path, now: datetime.datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"hallfloor {now:%Y-%m-%d}")])
    rights = {"digital_signature": False, "content_commitment": False, "key_encipherment": False, "data_encipherment": False}
    rights |= {"key_agreement": False, "key_cert_sign": True, "crl_sign": True, "encipher_only": False, "decipher_only": False}
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**rights), critical=True)
        .add_extension(identity, critical=False)
        .sign(key, hashes.SHA256())
    )
    write(folder / "ca.key", _private(key), 0o600)
    write(folder / "ca.crt", _public(made), 0o644)
    return made, key


def new_server(
    folder: Path, authority: x509.Certificate, signs: ec.EllipticCurvePrivateKey, names: tuple[str, ...], now: datetime.datetime
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    made = (
        _begun(subject, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(signs, hashes.SHA256())
    )
    write(folder / "server.key", _private(key), 0o600)
    write(folder / "server.crt", _public(made) + _public(authority), 0o644)
    return made


def _begun(subject, issuer, key: ec.EllipticCurvePublicKey, now: datetime.datetime, days: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    until = now + datetime.timedelta(days=days)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - SKEW).not_valid_after(until)


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if "/" in name or ":" in name or not name.isascii():
            raise ValueError(f"{name} (write hall.example.gov.cn or 10.1.2.3)") from None
        return x509.DNSName(name)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()  # nginx has to read it by itself; the file is the owner's alone
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def write(path: Path, text: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others in between."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
