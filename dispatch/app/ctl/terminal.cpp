#include "dispatch/app/ctl/terminal.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ems::ctl {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGWINCH};

// All that a signal's handler may touch.
volatile std::sig_atomic_t g_ended = 0;
volatile std::sig_atomic_t g_resized = 0;
std::array<struct sigaction, kSignals.size()> g_before;

extern "C" void note_signal(int number) {
    if (number == SIGWINCH) {
        g_resized = 1;
    } else {
        g_ended = 1;
    }
}

void put(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

} // namespace

Result<void> Terminal::check() {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
        return fail(Code::io, "no terminal");
    }
    return {};
}

Terminal::Terminal() {
    tcgetattr(STDIN_FILENO, &before_);
    g_ended = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        struct sigaction action {};
        action.sa_handler = note_signal;
        sigaction(kSignals[i], &action, &g_before[i]);
    }
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE; // stopped, it would leave the terminal like this
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    put("\x1b[?1049h\x1b[?25l\x1b[2J");
}

Terminal::~Terminal() {
    put("\x1b[?25h\x1b[?1049l");
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals[i], &g_before[i], nullptr);
    }
}

Terminal::Size Terminal::size() const {
    winsize window{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 ||
        window.ws_row == 0) {
        return {};
    }
    return {window.ws_col, window.ws_row};
}

// From the top left, each line to its end: no flicker, and nothing scrolls.
void Terminal::draw(const std::vector<std::string>& lines) {
    std::string out = "\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += lines[i] + "\x1b[K";
        out += i + 1 < lines.size() ? "\r\n" : "";
    }
    put(out + "\x1b[J");
}

std::optional<char> Terminal::key() {
    pollfd wait{STDIN_FILENO, POLLIN, 0};
    char c = 0;
    if (poll(&wait, 1, 0) == 1 && read(STDIN_FILENO, &c, 1) == 1) {
        return c;
    }
    if ((wait.revents & POLLHUP) != 0) {
        g_ended = 1;
    }
    return std::nullopt;
}

bool Terminal::ended() const {
    return g_ended != 0;
}

bool Terminal::resized() {
    const bool out = g_resized != 0;
    g_resized = 0;
    return out;
}

} // namespace ems::ctl
