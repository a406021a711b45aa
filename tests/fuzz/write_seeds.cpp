// With EMS_FUZZ_SEEDS=FOLDER a fuzzer writes its target's seeds there before it begins, a file
// each; the folder is then given as its corpus.
#include <cstdlib>
#include <fstream>

#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* folder = std::getenv("EMS_FUZZ_SEEDS");
    if (folder == nullptr) {
        return 0;
    }
    std::size_t number = 0;
    for (const std::string& seed : ems::test::fuzz_seeds()) {
        std::ofstream{std::string{folder} + "/seed-" + std::to_string(number++), std::ios::binary}
            << seed;
    }
    return 0;
}
