#include "tests/support/test_certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace smmhost::testing {
namespace {

template <class T, auto F>
struct Deleter {
  void operator()(T* p) const { F(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509, X509_free>>;
using File = std::unique_ptr<std::FILE, Deleter<std::FILE, std::fclose>>;

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL could not make a test certificate");
}

void add_alternative_name(X509* certificate, const std::string& dns_name) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + dns_name).c_str());
  require(extension != nullptr);
  require(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate self_signed(EVP_PKEY* key, const std::string& dns_name) {
  constexpr long kDay = 24 * 60 * 60;
  Certificate certificate(X509_new());
  require(certificate != nullptr);
  require(X509_set_version(certificate.get(), 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay);
  require(X509_set_pubkey(certificate.get(), key) == 1);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>(dns_name.c_str());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
  require(X509_set_issuer_name(certificate.get(), name) == 1);
  add_alternative_name(certificate.get(), dns_name);
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

}  // namespace

TestCertificate::TestCertificate(const std::string& dns_name) {
  const Key key(EVP_EC_gen("P-256"));
  require(key != nullptr);
  const Certificate certificate = self_signed(key.get(), dns_name);
  const File key_out(std::fopen(key_file().c_str(), "w"));
  require(key_out && PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  const File certificate_out(std::fopen(certificate_file().c_str(), "w"));
  require(certificate_out && PEM_write_X509(certificate_out.get(), certificate.get()) == 1);
}

Poco::Net::Context::Ptr TestCertificate::server_context() const {
  return new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, key_file(), certificate_file(), "",
                                Poco::Net::Context::VERIFY_NONE, 9, false, "HIGH");
}

}  // namespace smmhost::testing
