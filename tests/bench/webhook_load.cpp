#include "tests/bench/webhook_load.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace smmhost::bench {
namespace {

int post(Poco::Net::HTTPClientSession& session, const std::string& path, const world::Webhook& webhook) {
  Poco::Net::HTTPRequest request("POST", path, Poco::Net::HTTPMessage::HTTP_1_1);
  request.setKeepAlive(true);
  request.setContentType("application/json");
  request.set("X-Yampi-Hmac-SHA256", webhook.signature);
  request.setContentLength64(static_cast<Poco::Int64>(webhook.body.size()));
  session.sendRequest(request) << webhook.body;
  Poco::Net::HTTPResponse response;
  Poco::NullOutputStream nothing;
  Poco::StreamCopier::copyStream(session.receiveResponse(response), nothing);
  return response.getStatus();
}

}  // namespace

std::vector<Steady::time_point> post_all(const std::string& url, const std::vector<world::Webhook>& webhooks,
                                         int connections, double per_second) {
  std::vector<Steady::time_point> answered(webhooks.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::string trouble;
  const Poco::URI uri(url);
  const Steady::time_point started = Steady::now();
  const auto serve = [&] {
    try {
      Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
      session.setKeepAlive(true);
      for (std::size_t i = next++; i < webhooks.size(); i = next++) {
        if (per_second > 0)
          std::this_thread::sleep_until(started +
                                        std::chrono::duration_cast<Steady::duration>(
                                            std::chrono::duration<double>(static_cast<double>(i) / per_second)));
        const int status = post(session, uri.getPathEtc(), webhooks[i]);
        answered[i] = Steady::now();
        if (status != 200) throw std::runtime_error("a webhook was answered " + std::to_string(status));
      }
    } catch (const std::exception& failed) {
      const std::lock_guard lock(mutex);
      const auto* of_poco = dynamic_cast<const Poco::Exception*>(&failed);
      trouble = of_poco ? of_poco->displayText() : failed.what();
      next = webhooks.size();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < connections; ++i) threads.emplace_back(serve);
  for (std::thread& thread : threads) thread.join();
  if (!trouble.empty()) throw std::runtime_error(trouble);
  return answered;
}

}  // namespace smmhost::bench
