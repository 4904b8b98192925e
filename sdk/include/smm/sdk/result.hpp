// What a plugin's author returns: a value or a Failure (Result), or one step of an operation (Step).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "smm/abi.h"
#include "smm/sdk/http.hpp"

namespace smm::sdk {

/// Why an operation failed; the fields of smm_failure.
struct Failure {
  smm_code code = SMM_INTERNAL;
  std::string message;        ///< for the operator, in English
  std::string upstream_text;  ///< the upstream's own words
  uint64_t retry_after_ms = 0;
};

template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor): return value;
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<T>(state_); }
  /// Only if ok().
  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  /// Only if not ok().
  const Failure& failure() const { return std::get<Failure>(state_); }

 private:
  std::variant<T, Failure> state_;
};

/// A pause in an operation of several steps.
struct Wait {
  uint64_t milliseconds = 0;
};

/// What comes next in an operation whose result is a T: a request, a pause, the result or a failure.
template <class T>
using Step = std::variant<HttpRequest, Wait, T, Failure>;

/// The step a Result stands for.
template <class T>
Step<T> finish(Result<T> result) {
  if (!result.ok()) return Step<T>(result.failure());
  return Step<T>(std::move(result.value()));
}

}  // namespace smm::sdk
