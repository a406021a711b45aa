// Result<T>: a value or an Error. tl::expected has the names of std::expected, so a newer compiler changes one alias.
#pragma once

#include <tl/expected.hpp>

#include <source_location>
#include <string>
#include <utility>

#include "telemetry/base/error.h"

namespace ems {

template <class T> using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(Code code, std::string detail = {},
                                  std::source_location where = std::source_location::current()) {
    return Failure{Error{code, std::move(detail), where}};
}

} // namespace ems

// Returns the error of `expression` from the calling function, which returns a Result.
#define EMS_TRY(expression)                                                                        \
    do {                                                                                           \
        if (auto ems_try_result = (expression); !ems_try_result) [[unlikely]] {                    \
            return ::ems::Failure{std::move(ems_try_result).error()};                              \
        }                                                                                          \
    } while (false)
