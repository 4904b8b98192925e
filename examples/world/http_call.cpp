// One plain HTTP request, on Poco.
#include "examples/world/http_call.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

namespace smmhost::world {

CallResult call(const std::string& method, const std::string& url, const std::string& body, const Pairs& headers,
                std::chrono::milliseconds timeout) {
  try {
    const Poco::URI uri(url);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(std::chrono::microseconds{timeout}.count()));
    Poco::Net::HTTPRequest request(method, uri.getPathEtc().empty() ? "/" : uri.getPathEtc(),
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers) request.set(name, value);
    if (!body.empty() || method != "GET") request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    CallResult result;
    std::istream& in = session.receiveResponse(response);
    Poco::StreamCopier::copyToString(in, result.body);
    if (response.hasContentLength() && result.body.size() != static_cast<std::size_t>(response.getContentLength64())) {
      return {0, "the answer was cut short", {}};
    }
    for (const auto& [name, value] : response) result.headers.emplace_back(Poco::toLower(name), value);
    result.status = response.getStatus();
    return result;
  } catch (const Poco::Exception& failed) {
    return {0, failed.displayText(), {}};
  }
}

}  // namespace smmhost::world
