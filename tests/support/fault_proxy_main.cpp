// ems-fault-proxy: a bad network between a client and a target, for benches and for trying things
// by hand. Control lines (fault_control.h) are read from standard input, whose end changes nothing;
// SIGTERM or SIGINT stops it. Exit codes: 0 stopped, 1 cannot listen, 2 wrong usage.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <poll.h>
#include <string>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "tests/support/fault_control.h"

namespace {

using namespace ems;
using namespace ems::test;

int refuse(const std::string& sentence, int code) {
    std::fprintf(stderr, "ems-fault-proxy: %s\n", sentence.c_str());
    return code;
}

struct Usage {
    FaultProxy::Options options;
    std::string both, up, down;
    bool stats{false};
};

// Reads what is there; false at the end of the input.
bool read_lines(FaultProxy& proxy, std::string& rest) {
    char buffer[4096];
    const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size <= 0) {
        return false;
    }
    rest.append(buffer, static_cast<std::size_t>(size));
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
        if (const auto done = control(proxy, std::string_view{rest}.substr(0, end)); !done) {
            std::fprintf(stderr, "ems-fault-proxy: %s\n", done.error().message().c_str());
        }
        rest.erase(0, end + 1);
    }
    if (rest.size() > sizeof buffer) {
        rest.clear(); // no line is that long
    }
    return true;
}

int serve(FaultProxy& proxy, int stop_fd, bool stats) {
    using Clock = std::chrono::steady_clock;
    pollfd waits[] = {{stop_fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    std::string rest;
    auto next = Clock::now() + std::chrono::seconds{1};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
        const int limit = stats ? static_cast<int>(std::max<std::int64_t>(0, left.count())) : -1;
        poll(waits, 2, limit);
        if (waits[0].revents != 0) {
            return 0;
        }
        if (waits[1].revents != 0 && !read_lines(proxy, rest)) {
            waits[1].fd = -1;
            waits[1].revents = 0;
        }
        if (stats && Clock::now() >= next) {
            std::printf("%s\n", status_json(proxy).c_str());
            std::fflush(stdout);
            next += std::chrono::seconds{1};
        }
    }
}

// Before any thread is made, so that all of them inherit the mask.
int stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

void declare(CLI::App& app, Usage& usage) {
    app.add_option("transport", usage.options.transport, "tcp or udp")
        ->required()
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, Transport>{{"tcp", Transport::tcp}, {"udp", Transport::udp}}));
    app.add_option("listen_port", usage.options.listen_port, "0: one that is free")->required();
    app.add_option("target_port", usage.options.target_port)->required();
    app.add_option("--listen-host", usage.options.listen_host, "numeric");
    app.add_option("--target-host", usage.options.target_host, "numeric");
    app.add_option("--seed", usage.options.seed, "of what is chosen at random");
    app.add_flag("--stats", usage.stats, "print the counters each second, one JSON object a line");
    app.add_option("--up", usage.up, "settings towards the target, e.g. \"delay_ms=60 loss=0.05\"");
    app.add_option("--down", usage.down, "settings of the way back");
    for (const char* key :
         {"delay_ms", "jitter_ms", "loss", "duplicate", "reorder", "reorder_ms", "corrupt",
          "rate_bytes_s", "burst_bytes", "queue_bytes", "cut_after_bytes"}) {
        std::string name = key;
        std::replace(name.begin(), name.end(), '_', '-');
        app.add_option_function<std::string>(
            "--" + name,
            [&usage, key](const std::string& value) {
                usage.both += std::string{" "} + key + "=" + value;
            },
            "in both directions");
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"A bad network in user space: delay, jitter, loss, reordering, duplication, "
                 "corruption, rate, cut, "
                 "black hole. Control lines on standard input: up|down|both KEY=VALUE..., "
                 "blackhole, hold, open, heal, "
                 "refuse, accept, close, reset"};
    Usage usage;
    declare(app, usage);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const auto both = changed({}, usage.both, usage.options.transport);
    const auto up = both ? changed(*both, usage.up, usage.options.transport) : both;
    const auto down = both ? changed(*both, usage.down, usage.options.transport) : both;
    for (const auto* settings : {&up, &down}) {
        if (!*settings) {
            return refuse((*settings).error().message(), 2);
        }
    }
    usage.options.up = *up;
    usage.options.down = *down;
    const int stop_fd = stop_signals();
    auto proxy = FaultProxy::start(usage.options);
    if (!proxy) {
        return refuse(proxy.error().message(), proxy.error().code == Code::config ? 2 : 1);
    }
    return serve(**proxy, stop_fd, usage.stats);
}
