// What the customer answered on a line of an order: the text that says whom to buy for.
#pragma once

#include <string>

#include "host/yampi/json_reading.h"

namespace smmhost {

struct CustomizationReading {
  std::string text;  // as typed; empty where there is no answer
  // A line asks as many questions as the shop likes (a name, a colour, a message), so that an answer counts
  //   - alone, where its question's name speaks of a profile or a link (Instagram, usuário, perfil, link, @, ...);
  //   - else, where it is the only one.
  // Several that count and point at different things are all in `text`, which nothing reads as a name then: a person
  // decides.
  bool several = false;
  bool answered = false;  // some question has an answer, be it one that counts or not
};

// Of {"customizations":[{"name":"...","value":"..."}]}. `value` was seen in orders, `selected_value` in the
// storefront's cart; names are likely only (docs.yampi.com.br names none), so that a question without one is usual.
CustomizationReading read_customization(const Json& item);

}  // namespace smmhost
