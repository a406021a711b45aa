// What ems-mediad leaves of its rows when it is asked to end: all closed, or those for which its time did not last, which its
// next start closes.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_postgres.h"

namespace ems::test {

// Asks `mediad` to end, and may start it again. `table`: media.recording or media.voice_recording.
inline void expect_rows_closed(const TempPostgres& postgres, const std::string& table, ChildProcess& mediad,
                               const std::function<void()>& start_again) {
    constexpr std::chrono::milliseconds kSavesWithin{1200}; // service.cpp
    const Ticks asked = SystemClock{}.ticks();
    mediad.signal(SIGTERM);
    EXPECT_EQ(mediad.wait_exit(std::chrono::seconds{10}), 0);
    const bool in_time = SystemClock{}.ticks() - asked < kSavesWithin;
    const std::vector<std::string> open = postgres.column("select path from " + table + " where not closed");
    if (in_time) {
        EXPECT_EQ(open, std::vector<std::string>{});
        return;
    }
    start_again();
    for (const std::string& path : open) {
        EXPECT_TRUE(eventually(
            [&] { return postgres.value("select closed from " + table + " where path = '" + path + "'") == "t"; },
            std::chrono::seconds{20}))
            << path;
    }
}

} // namespace ems::test
