// A library to preload into a process: counts the memory blocks that each of its threads takes.
//
// PETA_ALLOCATION_COUNTS names a file; the counts are in `<file>.<pid>`, mapped, as pairs of native 64-bit numbers: the id of a
// thread (0 where there is none yet) and how many blocks it has taken. A block that is resized counts as one more.
#pragma once
enum { peta_allocation_slots = 256 };
