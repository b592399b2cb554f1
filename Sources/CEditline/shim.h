// The same by libedit, for who may not link GNU readline: PETA_LINE_EDITOR=edit.
#pragma once
#define PETA_LIBEDIT 1
#include "../CReadline/shim.h"
