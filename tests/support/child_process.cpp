#include "tests/support/child_process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/close_range.h>
#include <poll.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/base/assert.h"
#include "tests/support/temp_dir.h"

namespace ems::test {

ChildProcess::ChildProcess(std::vector<std::string> argv, Options options) {
    EMS_ASSERT(!argv.empty());
    std::vector<char*> arguments;
    for (std::string& argument : argv) {
        arguments.push_back(argument.data());
    }
    arguments.push_back(nullptr);
    pid_ = fork();
    EMS_ASSERT(pid_ >= 0);
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!options.output_file.empty()) {
            const int fd = open(options.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            dup2(fd, STDOUT_FILENO);
            dup2(fd, STDERR_FILENO);
        }
        for (std::string& entry : options.environment) {
            putenv(entry.data());
        }
        // A listener or connection of ours that lived on in the child could not be closed by us.
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
}

ChildProcess::~ChildProcess() {
    if (running()) {
        kill(pid_, SIGKILL);
        int status = 0;
        waitpid(pid_, &status, 0);
    }
}

void ChildProcess::signal(int number) const {
    if (!exit_) {
        kill(pid_, number);
    }
}

bool ChildProcess::running() {
    if (exit_) {
        return false;
    }
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) {
        return true;
    }
    exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

std::optional<int> ChildProcess::wait_exit(std::chrono::milliseconds limit) {
    eventually([this] { return !running(); }, limit);
    return exit_;
}

int run(std::vector<std::string> argv, std::string* output, std::vector<std::string> environment) {
    const TempDir scratch;
    const std::string file = (scratch.path() / "output").string();
    ChildProcess child{std::move(argv),
                       {output == nullptr ? std::string{} : file, std::move(environment)}};
    const std::optional<int> code = child.wait_exit(std::chrono::minutes{5});
    if (output != nullptr) {
        std::ifstream in{file};
        std::ostringstream text;
        text << in.rdbuf();
        *output = text.str();
    }
    return code.value_or(-1);
}

// A limit is for what never comes: wide where several builds share the cores, and without cost where
// all goes well.
constexpr int kPatience = 3;

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + kPatience * limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) {
            return condition();
        }
        poll(nullptr, 0, 10);
    }
    return true;
}

std::string program(const std::string& name) {
    return std::string{EMS_BINARY_DIR "/bin/"} + name;
}

std::string build_path(const std::string& relative) {
    return std::string{EMS_BINARY_DIR "/"} + relative;
}

std::string source_path(const std::string& relative) {
    return std::string{EMS_SOURCE_DIR "/"} + relative;
}

std::string shared_data(const std::string& relative) {
    const char* override_path = std::getenv("EMS_DATA");
    const std::filesystem::path root =
        override_path != nullptr ? std::filesystem::path{override_path}
                                 : std::filesystem::path{EMS_SOURCE_DIR "/../shared/data"};
    const std::filesystem::path path = root / relative;
    return std::filesystem::exists(path) ? path.string() : std::string{};
}

} // namespace ems::test
