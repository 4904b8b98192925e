// The program put together: configuration -> store, plugins, shop, engine, threads, jobs, HTTP server.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "host/config/config.h"

namespace smmhost {

class Api;

// The program cannot start; the message, for the operator, says what to do.
struct CannotStart : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Service {
 public:
  // Opens the store, loads the plugins and builds everything; starts no thread of fulfilment yet and accepts no
  // connection. Throws CannotStart.
  explicit Service(Config config);
  ~Service();  // stops
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Takes back what a crashed run had leased, then starts jobs, fulfilment threads and the HTTP server. Throws
  // CannotStart.
  void start();
  // Runs the jobs that are asked for and nothing else: for a command, while no host runs.
  void start_jobs_on_request();

  // In this order: no new request is accepted and those under way are answered; no new job and no new purchase is
  // begun; what is being sent is finished and stored. Nothing that was sent is left without its answer for having been
  // stopped.
  void stop();

  // "http://127.0.0.1:8080" with the port that was taken. Only after start().
  std::string address() const;

  // The routes, as the HTTP server calls them.
  Api& api();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost
