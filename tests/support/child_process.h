// A program started by a test; killed and reaped when the object goes.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ems::test {

class ChildProcess {
  public:
    struct Options {
        std::string output_file;                 // stdout and stderr; empty: inherited
        std::vector<std::string> environment;    // "NAME=value", added to ours
    };
    explicit ChildProcess(std::vector<std::string> argv) : ChildProcess(std::move(argv), Options{}) {}
    ChildProcess(std::vector<std::string> argv, Options options);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    // Exit code (128 + n for a signal), or nothing when it still runs after `limit`.
    std::optional<int> wait_exit(std::chrono::milliseconds limit);
    [[nodiscard]] bool running();

  private:
    pid_t pid_{-1};
    std::optional<int> exit_;
};

// Runs to the end; returns the exit code. Output goes to *output when given (stdout and stderr together).
int run(std::vector<std::string> argv, std::string* output = nullptr,
        std::vector<std::string> environment = {});

// Polls until the condition holds; false after `limit`. For conditions of other processes, where no event can be waited on.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit);

// Path of a program of this build, e.g. program("ems-admin").
std::string program(const std::string& name);
// Path inside the build folder, for what several test programs share.
std::string build_path(const std::string& relative);
// Path inside the source tree.
std::string source_path(const std::string& relative);
// Path inside the optional data folder beside the project; empty when it is absent.
std::string shared_data(const std::string& relative);

} // namespace ems::test
