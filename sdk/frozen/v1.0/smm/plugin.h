/* The whole plugin ABI, version 1. A plugin includes this (or the C++ wrapper, smm/sdk/plugin.hpp). */
#ifndef SMM_PLUGIN_H
#define SMM_PLUGIN_H

#include "smm/abi.h"
#include "smm/profile_checker.h"
#include "smm/provider.h"

#endif
