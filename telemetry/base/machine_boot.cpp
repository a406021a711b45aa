#include "telemetry/base/machine_boot.h"

#include <fstream>

namespace ems {

std::string machine_boot() {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    std::getline(file, id);
    return id.substr(0, 64);
}

} // namespace ems
