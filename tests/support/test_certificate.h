// A self-signed certificate made on the spot, for servers on loopback.
#pragma once

#include <Poco/Net/Context.h>

#include <string>

namespace smmhost::testing {

class TestCertificate {
 public:
  // Valid for that DNS name from yesterday until tomorrow. Files live in a temporary directory as long as the object.
  explicit TestCertificate(const std::string& dns_name);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::string certificate_file() const { return directory_ + "/certificate.pem"; }
  std::string key_file() const { return directory_ + "/key.pem"; }
  Poco::Net::Context::Ptr server_context() const;

 private:
  std::string directory_;
};

}  // namespace smmhost::testing
