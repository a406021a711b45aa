// The parts of ems-bench-console; each prints "figure NAME VALUE" lines.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "console/widgets/desk.h"
#include "tests/console/fake_feed.h"
#include "tests/support/fake_clock.h"

namespace ems::bench {

// A desk on made-up messages and a clock that stands still.
struct World {
    World();
    void show(const api::Snapshot& snapshot);

    test::FakeClock clock;
    console::Theme theme{console::ThemeMode::night};
    console::FakeFeed feed;
    console::Desk desk;
};

// Units all over a county of 60 by 60 km, a second one of two in motion, and open cases.
api::Snapshot county_state(int units, int incidents, std::int64_t now_us, std::mt19937& random);

void measure_painting();

struct ServerAt {
    std::string host_port;
    std::string ca;
    std::string certificate;
    std::string key;
    std::string user;
    std::string password_file;
};
// The desk behind a link that refuses for `outage_s`; seconds from its return until the desk shows the state again.
int measure_resync(const ServerAt& server, int outage_s);

void measure_soak(int seconds);

} // namespace ems::bench
