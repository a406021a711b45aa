// protozero asserts that a field is asked for with its own wire type. Here the bytes come from a
// file, so a mismatch is bad input: it throws like every other damage. Include this instead of
// protozero's own headers.
#pragma once

#include <exception>

#include <protozero/exception.hpp>

namespace ems::map {
struct WrongWireType : protozero::exception {
    [[nodiscard]] const char* what() const noexcept override { return "wrong wire type"; }
};
} // namespace ems::map

#ifdef PROTOZERO_CONFIG_HPP
#error "include map/import/checked_protozero.h before protozero"
#endif
#define protozero_assert(condition) ((condition) ? void() : throw ::ems::map::WrongWireType{})
#include <protozero/pbf_reader.hpp>
