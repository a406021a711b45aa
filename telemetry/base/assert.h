// Asserts for our own bugs, on in every build: log, flush, abort; the supervisor restarts and state is read back from
// its store. A condition that a peer, an operator or a disk can cause is never an assert.
#pragma once

namespace ems {
[[noreturn]] void assert_failed(const char* condition, const char* file, int line);
}

#define EMS_ASSERT(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) [[unlikely]] {                                                           \
            ::ems::assert_failed(#condition, __FILE__, __LINE__);                                  \
        }                                                                                          \
    } while (false)
