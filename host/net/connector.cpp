#include "host/net/connector.h"

#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <algorithm>
#include <chrono>

namespace smmhost {
namespace {

using Deadline = SocketDeadlines::Clock::time_point;
using Opened = std::variant<Poco::Net::StreamSocket, ConnectFailure>;

bool is_over(Deadline deadline) {
  return SocketDeadlines::Clock::now() >= deadline;
}

Poco::Timespan time_left(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline - SocketDeadlines::Clock::now());
  return Poco::Timespan(std::max<Poco::Timespan::TimeDiff>(left.count(), 1000));
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
  Poco::Net::Context::Params params;
  params.caLocation = ca_file;
  params.loadDefaultCAs = ca_file.empty();
  // Strict: Poco's relaxed mode skips the host name for loopback addresses.
  params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
  params.cipherList = "HIGH:!aNULL:!eNULL:!MD5:!RC4:!3DES";
  Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  context->enableExtendedCertificateVerification(true);
  context->setInvalidCertificateHandler(new Poco::Net::RejectCertificateHandler(false));
  return context;
}

// An address stands for itself: DNS::resolve() would ask for its name, and then for the addresses of that name.
Poco::Net::HostEntry::AddressList addresses_of(const std::string& host) {
  Poco::Net::IPAddress literal;
  if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
  try {
    return Poco::Net::DNS::hostByName(host).addresses();
  } catch (const Poco::Exception&) {
    return {};
  }
}

ConnectFailure timed_out(const Url& url) {
  return {HttpError::kTimeout, "no connection to " + url.authority() + " in time"};
}

}  // namespace

Connector::Connector(SocketDeadlines& deadlines, const std::string& ca_file) : deadlines_(deadlines) {
  Poco::Net::initializeSSL();
  if (!ca_file.empty()) tls_ = make_context(ca_file);
}

Connector::~Connector() {
  tls_.reset();
  Poco::Net::uninitializeSSL();
}

// The system's authorities can be a file of 150 certificates, three quarters of a mebibyte when it has been read.
Poco::Net::Context::Ptr Connector::tls() {
  const std::lock_guard lock(tls_mutex_);
  if (!tls_) tls_ = make_context({});
  return tls_;
}

Opened Connector::open(const Url& url, Deadline deadline) {
  const auto addresses = addresses_of(url.host);
  if (addresses.empty()) return ConnectFailure{HttpError::kNameLookup, "the name " + url.host + " was not found"};

  std::string why;
  for (const auto& address : addresses) {
    if (is_over(deadline)) return timed_out(url);
    try {
      Poco::Net::StreamSocket tcp;
      tcp.connect(Poco::Net::SocketAddress(address, url.port), time_left(deadline));
      tcp.setNoDelay(true);
      if (url.scheme == "http") return tcp;
      return start_tls(tcp, url, deadline);
    } catch (const Poco::TimeoutException&) {
      return timed_out(url);
    } catch (const Poco::Exception& e) {
      why = e.message().empty() ? e.name() : std::string(e.name()) + ": " + e.message();
    }
  }
  return ConnectFailure{HttpError::kConnect, "no connection to " + url.authority() + ": " + why};
}

Opened Connector::start_tls(const Poco::Net::StreamSocket& tcp, const Url& url, Deadline deadline) {
  const SocketDeadline watch(deadlines_, tcp, deadline);
  try {
    auto secure = Poco::Net::SecureStreamSocket::attach(tcp, url.host, tls());
    secure.verifyPeerCertificate(url.host);
    return Poco::Net::StreamSocket(secure);
  } catch (const Poco::Exception& e) {
    if (is_over(deadline)) return timed_out(url);
    return ConnectFailure{HttpError::kTls, "TLS with " + url.authority() + " failed: " + e.displayText()};
  }
}

}  // namespace smmhost
