// The words panels use for the state of an order and of a refill. A word that is not listed stays unknown: it is never
// guessed to be an ended state.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "smm/provider.h"
#include "smm/sdk/text.hpp"

namespace smm::sdk::panel {

namespace detail {

struct StateWord {
  std::string_view word;  ///< folded: lower case, "_" and "-" as spaces
  uint32_t state;
};

inline constexpr std::array kOrderWords = {
    StateWord{"pending", SMM_STATE_PENDING},
    StateWord{"awaiting", SMM_STATE_PENDING},
    StateWord{"0", SMM_STATE_PENDING},
    StateWord{"pendente", SMM_STATE_PENDING},
    StateWord{"processing", SMM_STATE_PROCESSING},
    StateWord{"processing order", SMM_STATE_PROCESSING},
    StateWord{"1", SMM_STATE_PROCESSING},
    StateWord{"processando", SMM_STATE_PROCESSING},
    StateWord{"in progress", SMM_STATE_IN_PROGRESS},
    StateWord{"inprogress", SMM_STATE_IN_PROGRESS},
    StateWord{"progress", SMM_STATE_IN_PROGRESS},
    StateWord{"em andamento", SMM_STATE_IN_PROGRESS},
    StateWord{"em progresso", SMM_STATE_IN_PROGRESS},
    StateWord{"completed", SMM_STATE_COMPLETED},
    StateWord{"complete", SMM_STATE_COMPLETED},
    StateWord{"success", SMM_STATE_COMPLETED},
    StateWord{"2", SMM_STATE_COMPLETED},
    StateWord{"completo", SMM_STATE_COMPLETED},
    StateWord{"concluido", SMM_STATE_COMPLETED},
    StateWord{"partial", SMM_STATE_PARTIAL},
    StateWord{"partially", SMM_STATE_PARTIAL},
    StateWord{"partially completed", SMM_STATE_PARTIAL},
    StateWord{"3", SMM_STATE_PARTIAL},
    StateWord{"parcial", SMM_STATE_PARTIAL},
    StateWord{"canceled", SMM_STATE_CANCELED},
    StateWord{"cancelled", SMM_STATE_CANCELED},
    StateWord{"canscelled", SMM_STATE_CANCELED},
    StateWord{"4", SMM_STATE_CANCELED},
    StateWord{"cancelado", SMM_STATE_CANCELED},
    StateWord{"refunded", SMM_STATE_REFUNDED},
    StateWord{"refund", SMM_STATE_REFUNDED},
    StateWord{"refunds", SMM_STATE_REFUNDED},
    StateWord{"5", SMM_STATE_REFUNDED},
    StateWord{"reembolsado", SMM_STATE_REFUNDED},
    StateWord{"fail", SMM_STATE_PROBLEM},
    StateWord{"failed", SMM_STATE_PROBLEM},
    StateWord{"error", SMM_STATE_PROBLEM},
};

}  // namespace detail

/// The state an order's status word stands for.
inline uint32_t order_state(std::string_view word) {
  if (const std::string_view text = trim(word); text.empty() || text.front() == '-') return SMM_STATE_UNKNOWN_TEXT;
  const std::string folded = fold(word);
  for (const detail::StateWord& known : detail::kOrderWords) {
    if (folded == known.word) return known.state;
  }
  return SMM_STATE_UNKNOWN_TEXT;
}

/// The same for a refill, which may also be rejected and has no numbers.
inline uint32_t refill_state(std::string_view word) {
  const std::string folded = fold(word);
  if (folded == "rejected" || folded == "rejeitado") return SMM_STATE_REJECTED;
  if (folded.size() == 1) return SMM_STATE_UNKNOWN_TEXT;
  return order_state(folded);
}

}  // namespace smm::sdk::panel
