// A desk against a running server, behind a link that goes away.
#include "tests/bench/console_bench.h"

#include <chrono>
#include <cstdio>
#include <fstream>

#include "console/model/client_feed.h"
#include "console/window/main_window.h"
#include "telemetry/base/clock.h"
#include "tests/support/fault_proxy.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

namespace ems::bench {
namespace {

constexpr std::int64_t kWaitMaxMs = 30'000;

// Until it holds; false when it does not within kWaitMaxMs.
template <class Holds> bool turn_until(Holds&& holds) {
    QElapsedTimer waited;
    waited.start();
    while (!holds() && waited.elapsed() < kWaitMaxMs) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents); // the desk's own timers wake it
    }
    return holds();
}

} // namespace

int measure_resync(const ServerAt& server, int outage_s) {
    std::string password;
    std::getline(std::ifstream{server.password_file}, password);
    const auto port = static_cast<std::uint16_t>(std::stoi(server.host_port.substr(server.host_port.rfind(':') + 1)));
    auto proxy = test::FaultProxy::start({.transport = test::Transport::tcp, .target_port = port});
    if (!proxy) {
        std::fprintf(stderr, "ems-bench-console: %s\n", proxy.error().message().c_str());
        return 1;
    }
    client::ClientConfig link;
    link.servers = {"127.0.0.1:" + std::to_string((*proxy)->port())};
    link.ca_file = server.ca;
    link.certificate_file = server.certificate;
    link.key_file = server.key;
    const SystemClock clock;
    console::ClientFeed feed{std::move(link), server.user, Secret<std::string>{std::move(password)}};
    console::Theme theme{console::ThemeMode::night};
    console::Desk desk{feed, clock, theme};
    console::MainWindow window{desk, nullptr, nullptr, {}};
    window.show();
    desk.start();
    const auto shows_state = [&] { return desk.isLive() && desk.state().has_data(); };
    if (!turn_until(shows_state)) {
        std::fprintf(stderr, "ems-bench-console: no state from %s\n", server.host_port.c_str());
        return 1;
    }
    (*proxy)->refuse();
    (*proxy)->end_connections(test::Ending::reset);
    const std::uint64_t snapshots = desk.state().stats().snapshots;
    QElapsedTimer away;
    away.start();
    while (away.elapsed() < outage_s * 1'000LL) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    if (!desk.isStale()) {
        std::fprintf(stderr, "ems-bench-console: the desk did not notice the loss\n");
        return 1;
    }
    QElapsedTimer back;
    back.start();
    (*proxy)->accept();
    const bool again = turn_until([&] { return desk.isLive() && desk.state().stats().snapshots > snapshots; });
    window.grab(); // shown, not only known
    if (!again) {
        std::fprintf(stderr, "ems-bench-console: the state did not come back\n");
        return 1;
    }
    std::printf("figure resync_after_60s %.3f\n", static_cast<double>(back.nsecsElapsed()) / 1e9);
    return 0;
}

} // namespace ems::bench
