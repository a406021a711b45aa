#include "telemetry/status/process_figures.h"

#include <dirent.h>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace ems::status {
namespace {

std::string read_file(const char* path) {
    std::ifstream in{path};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// The fields of /proc/self/stat behind the program's name, which may hold anything: field 3 of
// proc(5) is the first.
std::vector<std::string> stat_fields() {
    const std::string text = read_file("/proc/self/stat");
    std::istringstream rest{text.substr(std::min(text.rfind(')') + 1, text.size()))};
    std::vector<std::string> out;
    for (std::string field; rest >> field;) {
        out.push_back(field);
    }
    return out;
}

double boot_time_s() {
    std::istringstream lines{read_file("/proc/stat")};
    for (std::string word; lines >> word;) {
        double value = 0;
        if (word == "btime" && lines >> value) {
            return value;
        }
    }
    return 0;
}

std::uint64_t count_fds() {
    DIR* const folder = opendir("/proc/self/fd");
    if (folder == nullptr) {
        return 0;
    }
    std::uint64_t count = 0;
    while (const dirent* entry = readdir(folder)) {
        count += entry->d_name[0] != '.' ? 1U : 0U;
    }
    closedir(folder);
    return count > 0 ? count - 1 : 0; // that of the reading itself
}

} // namespace

ProcessFigures read_process() {
    ProcessFigures out;
    const std::vector<std::string> fields = stat_fields();
    const auto number = [&fields](std::size_t of_proc5) {
        const std::size_t i = of_proc5 - 3;
        return i < fields.size() ? std::strtoull(fields[i].c_str(), nullptr, 10) : 0;
    };
    const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
    out.cpu_s = static_cast<double>(number(14) + number(15)) / ticks_per_s;
    out.threads = number(20);
    out.start_s = boot_time_s() + static_cast<double>(number(22)) / ticks_per_s;
    out.virtual_bytes = number(23);
    out.resident_bytes = number(24) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    out.open_fds = count_fds();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        out.max_fds = limit.rlim_cur;
    }
    return out;
}

void write_process(metrics::Exposition& out, const ProcessFigures& process, std::string_view server,
                   std::string_view version) {
    out.gauge("ems_build_info", "The program and its version; always 1.")
        .add(1.0, {{"server", server}, {"version", version}});
    out.counter("process_cpu_seconds_total", "User and system time of all threads.")
        .add(process.cpu_s);
    out.gauge("process_resident_memory_bytes", "Memory in use.").add(process.resident_bytes);
    out.gauge("process_virtual_memory_bytes", "Address space in use.").add(process.virtual_bytes);
    out.gauge("process_threads", "Threads.").add(process.threads);
    out.gauge("process_open_fds", "Open file descriptors.").add(process.open_fds);
    out.gauge("process_max_fds", "Most file descriptors that may be open.").add(process.max_fds);
    out.gauge("process_start_time_seconds", "Start of the process, UTC since 1970.")
        .add(process.start_s);
}

} // namespace ems::status
