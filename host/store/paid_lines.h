// The payments that a kept delivery of a paid order made, read from what was kept of its body.
#pragma once

#include <string>
#include <vector>

#include "core/domain/delivery.h"

namespace smmhost {

// "{order id}_{item id}" of every usable line; empty where the order was not paid, or the body is kept no more.
std::vector<std::string> paid_lines_of(const Delivery& delivery);

}  // namespace smmhost
