// A self-signed certificate made on the spot, for servers on loopback.
#pragma once

#include <Poco/Net/Context.h>

#include <string>

#include "tests/support/temporary_folder.h"

namespace smmhost::testing {

class TestCertificate {
 public:
  // Valid for that DNS name from yesterday until tomorrow. Files live in a temporary directory as long as the object.
  explicit TestCertificate(const std::string& dns_name);

  std::string certificate_file() const { return folder_.file("certificate.pem"); }
  std::string key_file() const { return folder_.file("key.pem"); }
  Poco::Net::Context::Ptr server_context() const;

 private:
  const tests::TemporaryFolder folder_;
};

}  // namespace smmhost::testing
