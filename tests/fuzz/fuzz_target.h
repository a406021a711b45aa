// A fuzz target gives one entry in libFuzzer's manner and the inputs to start from. Built with
// Clang and -DEMS_FUZZER=ON it is a libFuzzer program; with GCC tests/fuzz/replay_main.cpp drives
// it with files or with damaged copies of its seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace ems::test {

std::vector<std::string> fuzz_seeds();

} // namespace ems::test
