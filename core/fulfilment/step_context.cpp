#include "core/fulfilment/step_context.h"

#include <algorithm>

#include "core/fulfilment/backoff.h"

namespace smmhost {
namespace {

std::string hex16(std::uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

GateSettings settings_for(const std::string& name, const std::vector<GateConfig>& gates) {
  const auto found = std::find_if(gates.begin(), gates.end(), [&](const GateConfig& g) { return g.name == name; });
  return found == gates.end() ? GateSettings{} : found->settings;
}

}  // namespace

StepContext::StepContext(EnginePorts ports, FulfilmentSettings settings_, const std::vector<GateConfig>& gates)
    : store(ports.store),
      shop(ports.shop),
      providers(std::move(ports.providers)),
      checkers(std::move(ports.checkers)),
      entropy(std::move(ports.entropy)),
      owner(std::move(ports.owner)),
      is_stopping(ports.is_stopping ? std::move(ports.is_stopping) : [] { return false; }),
      settings(std::move(settings_)),
      profiles(settings.profile_cache) {
  const auto add_gate = [&](const std::string& name) {
    const GateSettings gate = settings_for(name, gates);
    SharedBudget shared = ports.shared_budget ? ports.shared_budget(name, gate) : SharedBudget{};
    gates_.try_emplace(name, std::make_unique<ProviderGate>(name, gate, entropy, std::move(shared)));
  };
  for (const SmmProvider* p : providers) add_gate(p->name());
  for (const ProfileChecker* c : checkers) add_gate(c->name());
}

SmmProvider* StepContext::provider(const std::string& name) const {
  const auto found =
      std::find_if(providers.begin(), providers.end(), [&](const SmmProvider* p) { return p->name() == name; });
  return found == providers.end() ? nullptr : *found;
}

std::vector<GateView> StepContext::gate_views(Time now) const {
  std::vector<GateView> views;
  for (const auto& [name, gate] : gates_) views.push_back(gate->view(now));
  return views;
}

bool StepContext::begin_work(const std::string& payment_id) {
  const std::lock_guard lock(mutex_);
  return in_work_.insert(payment_id).second;
}

void StepContext::end_work(const std::string& payment_id) {
  const std::lock_guard lock(mutex_);
  in_work_.erase(payment_id);
}

std::string StepContext::draw_key() const {
  return hex16(entropy()) + hex16(entropy());
}

Duration StepContext::backoff(int failures) const {
  return backoff_delay(failures, settings.backoff_first, settings.backoff_longest, entropy());
}

std::vector<Exchange> StepContext::complete(std::vector<Exchange> exchanges, const std::string& peer,
                                            const std::string& operation, const std::string& payment_id,
                                            const std::string& placement_id, std::int32_t attempt) const {
  for (Exchange& e : exchanges) {
    if (e.id.empty()) e.id = draw_key();
    if (e.peer.empty()) e.peer = peer;
    if (e.operation.empty()) e.operation = operation;
    e.payment_id = payment_id;
    e.placement_id = placement_id;
    e.attempt = attempt;
  }
  return exchanges;
}

Time after(const std::vector<Exchange>& exchanges, Time now) {
  for (const Exchange& e : exchanges) now = std::max(now, e.ended_at);
  return now;
}

std::string last_id(const std::vector<Exchange>& exchanges) {
  return exchanges.empty() ? std::string{} : exchanges.back().id;
}

std::string words_of(const Failure& failure) {
  std::string words{to_string(failure.code)};
  if (!failure.message.empty()) words += ": " + failure.message;
  if (!failure.upstream.empty() && failure.upstream != failure.message) words += " (\"" + failure.upstream + "\")";
  return words;
}

}  // namespace smmhost
