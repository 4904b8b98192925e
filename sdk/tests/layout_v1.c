/* The ABI headers and their layout, as C. */
#include "layout_v1.h"

typedef int smm_layout_checked;
