// The invariants of the whole program, checked against the world's own books.
#pragma once

#include <map>
#include <string>

#include "core/ports/store.h"
#include "tests/simulation/world.h"

namespace smmhost::sim {

// Watches one run. `check` may be called at any moment between steps; `check_at_rest` when the faults are off and
// the system had time to come to rest.
class Invariants {
 public:
  Invariants(World& world, Store& store) : world_(world), store_(store) {}

  void check();
  void check_at_rest();

 private:
  void every_acknowledged_line_is_stored(const std::map<std::string, PaymentDetail>& rows);          // I1, I10
  void no_placement_is_bought_twice();                                                               // I2
  void what_is_recorded_is_what_was_bought(const std::map<std::string, PaymentDetail>& rows);        // I4
  void the_money_adds_up(const std::map<std::string, PaymentDetail>& rows);                          // I4
  void what_is_unresolved_waits_for_a_person(const std::map<std::string, PaymentDetail>& rows);      // I4
  void unknown_is_left_only_by_proof_or_decision(const std::map<std::string, PaymentDetail>& rows);  // I5
  void ends_stay_and_times_do_not_go_back(const std::map<std::string, PaymentDetail>& rows);         // I6
  void delivered_is_told_once_and_true(const std::map<std::string, PaymentDetail>& rows);            // I7
  std::map<std::string, PaymentDetail> all_rows();

  World& world_;
  Store& store_;
  std::map<std::string, PaymentDetail> before_;
};

}  // namespace smmhost::sim
