"""A certificate authority that lives for one run, in memory only."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Wide, so that a leg that runs under another clock still accepts them.
_NOT_BEFORE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_NOT_AFTER = datetime.datetime(2049, 1, 1, tzinfo=datetime.UTC)
_CACHED_HOSTS = 1000


class CertificateAuthority:
    """Signs a certificate for each host that is asked for. `pem` is the authority's certificate, for the
    clients' trust."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._host_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hubshift shadow run")])
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, host: str) -> ssl.SSLContext:
        """A server's TLS context for a name or an IP address; clients that name another host get that one's
        certificate.

        Raises ValueError for what can be neither.
        """
        found = self._contexts.get(host)
        if found is None:
            if len(self._contexts) >= _CACHED_HOSTS:
                self._contexts.clear()
            found = self._contexts[host] = self._build(host)
        return found

    def _build(self, host: str) -> ssl.SSLContext:
        name: x509.GeneralName
        try:
            name = x509.IPAddress(ipaddress.ip_address(host.partition("%")[0]))
        except ValueError:
            name = x509.DNSName(host)
        certificate = (
            self._builder(
                x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]), self._host_key.public_key()
            )
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        self._load(context, certificate)
        context.sni_callback = self._choose
        return context

    def _load(self, context: ssl.SSLContext, certificate: x509.Certificate) -> None:
        """The ssl module reads certificates from files only; a memory file keeps the key off the disk."""
        key = self._host_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(handle, key + certificate.public_bytes(serialization.Encoding.PEM) + self.pem)
            context.load_cert_chain(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)

    def _choose(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
        if host:
            try:
                connection.context = self.context(host.lower())
            except ValueError:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        return None

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_NOT_BEFORE)
            .not_valid_after(_NOT_AFTER)
        )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
