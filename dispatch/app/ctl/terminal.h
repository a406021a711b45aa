// The terminal as a screen: the alternate one, without echo or cursor, given back as it was when
// the object goes, also after SIGINT, SIGTERM and SIGHUP, which ended() tells. One at a time: it
// holds the process' signal handlers meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <termios.h>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::ctl {

class Terminal {
  public:
    // Errors: io (standard input or output is no terminal).
    static Result<void> check();
    Terminal();
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    struct Size {
        std::size_t columns{80};
        std::size_t lines{24};
    };
    [[nodiscard]] Size size() const;
    void draw(const std::vector<std::string>& lines);
    // A key that was pressed; none when there is none.
    std::optional<char> key();
    // A signal said to end.
    [[nodiscard]] bool ended() const;
    // Once after the window got another size.
    bool resized();

  private:
    termios before_{};
};

} // namespace ems::ctl
