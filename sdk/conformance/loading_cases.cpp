// The first part of the group contract: loading, the description, interfaces, and one answer to a first call.
#include "sdk/conformance/judgement.h"
#include "sdk/conformance/reading.h"
#include "sdk/conformance/samples.h"
#include "sdk/conformance/suite.h"
#include "sdk/runner/given_struct.h"

namespace smm::conformance {
namespace {

void loads(const Subject& subject, Verdict& verdict) {
  verdict.at("loading the library and calling smm_plugin_entry_v1()");
  const smm_plugin* first = load(subject);
  if (load(subject) != first) verdict.fail("smm_plugin_entry_v1() returned another struct the second time");
}

bool same_text(smm_str text, const Json& manifest, const char* field, Verdict& verdict) {
  const std::string said = text.data == nullptr ? "" : std::string(sdk::to_view(text));
  if (said == manifest.at(field).get<std::string>()) return true;
  verdict.fail("its code says the " + std::string(field) + " is \"" + said.substr(0, 64) + "\", its manifest says " +
               text_of(manifest.at(field)));
  return false;
}

void describes_itself(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  const uint32_t size = runner::stated_size(plugin);
  if (size < runner::kLeastSize<smm_plugin>) {
    return verdict.fail("smm_plugin.struct_size is " + std::to_string(size) + ", ABI 1.0 has " +
                        std::to_string(runner::kLeastSize<smm_plugin>));
  }
  const Json& abi = subject.manifest.at("abi");
  if (plugin->abi_major != abi.at("major").get<uint32_t>() || plugin->abi_minor != abi.at("minor").get<uint32_t>()) {
    verdict.fail("its code says ABI " + std::to_string(plugin->abi_major) + "." + std::to_string(plugin->abi_minor) +
                 ", its manifest says " + text_of(abi));
  }
  if (plugin->reserved != 0) verdict.fail("smm_plugin.reserved is not 0");
  if (plugin->open == nullptr || plugin->close == nullptr || plugin->get_interface == nullptr)
    verdict.fail("smm_plugin lacks a function");
  same_text(plugin->id, subject.manifest, "id", verdict);
  same_text(plugin->version, subject.manifest, "version", verdict);
}

void check_interface(const Subject& subject, const StrictHost& host, const std::string& id, Verdict& verdict) {
  const smm_interface* interface = host.find_interface(id);
  if (interface == nullptr) return verdict.fail("the manifest provides " + id + ", the instance has no such interface");
  const uint32_t size = runner::stated_size(interface);
  if (size < runner::kLeastSize<smm_interface>)
    return verdict.fail(id + ": smm_interface.struct_size is " + std::to_string(size) + ", ABI 1.0 has " +
                        std::to_string(runner::kLeastSize<smm_interface>));
  if (interface->next == nullptr) return verdict.fail(id + ": smm_interface.next is NULL");
  if (host.find_interface(id) != interface) verdict.fail(id + ": another interface when it is asked for again");
  uint64_t known = 0;
  for (const Operation& operation : all_operations(subject, id)) {
    const uint64_t bit = SMM_CAPABILITY(operation.number);
    known |= bit;
    const bool claims = (interface->capabilities & bit) != 0;
    if (claims && !subject.manifest.at("operations").contains(operation.name)) {
      verdict.fail("the instance says it has " + operation.name + ", which its manifest does not list");
    }
  }
  if ((interface->capabilities & ~known) != 0) verdict.fail(id + ": capability bits that ABI 1.0 does not have");
}

void has_its_interfaces(const Subject& subject, Verdict& verdict) {
  const smm_plugin* plugin = load(subject);
  const StrictHost host(plugin, settings_variants(subject).front());
  for (const Json& id : subject.manifest.at("provides")) check_interface(subject, host, id, verdict);
  for (const std::string& id : interface_ids()) {
    const Json& provides = subject.manifest.at("provides");
    const bool provided = std::find(provides.begin(), provides.end(), id) != provides.end();
    if (!provided && host.find_interface(id) != nullptr)
      verdict.fail("it has " + id + ", which its manifest does not provide");
  }
  for (const char* unknown : {"smm.unheard-of/1", "smm.provider/2", "smm.provider/", ""}) {
    if (host.find_interface(unknown) != nullptr) verdict.fail("it has an interface \"" + std::string(unknown) + "\"");
  }
}

void answers_a_first_call_once(const Subject& subject, Verdict& verdict) {
  int asked = 0;
  each_operation(subject, [&](StrictHost& host, const Settings&, const Operation& operation) {
    for (const auto& history : {std::vector<ScriptedEvent>{}, {sdk::testing::not_sent()}}) {
      verdict.at(operation.name + " with a history of " + std::to_string(history.size()));
      ++asked;
      for (const std::string& fault : faults(operation, host.ask(operation, history)))
        verdict.fail(operation.name + ": " + fault);
    }
  });
  if (asked == 0) verdict.fail("no instance says that it has any operation");
}

}  // namespace

std::vector<Case> loading_cases() {
  return {
      {"contract",
       "loads",
       "the library can be loaded",
       {"binary.shared_object", "manifest.fields", "manifest.abi"},
       loads},
      {"contract",
       "description",
       "smm_plugin is whole and agrees with the manifest",
       {"contract.loads"},
       describes_itself},
  };
}

std::vector<Case> answering_cases() {
  return {
      {"contract",
       "interfaces",
       "it has the interfaces of its manifest and no other",
       {"config.opens"},
       has_its_interfaces},
      {"contract",
       "answers_once",
       "the first call of every operation is answered once",
       {"config.opens", "contract.interfaces"},
       answers_a_first_call_once},
  };
}

}  // namespace smm::conformance
