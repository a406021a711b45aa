#include "telemetry/status/process_figures.h"

#include <chrono>
#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/prometheus_text.h"

namespace ems::status {
namespace {

TEST(ProcessFigures, FollowThisProcess) {
    const ProcessFigures before = read_process();
    const int fd = open("/dev/null", O_RDONLY);
    const ProcessFigures with_one_more = read_process();
    close(fd);
    EXPECT_EQ(with_one_more.open_fds, before.open_fds + 1);
    EXPECT_GE(before.threads, 1U);
    EXPECT_GT(before.resident_bytes, 100'000U);
    EXPECT_LT(before.resident_bytes, before.virtual_bytes);
    EXPECT_GT(before.max_fds, before.open_fds);
    const double now_s =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_GT(before.start_s, 0);
    EXPECT_LE(before.start_s, now_s + 2) << "the kernel rounds the time of the boot";
}

TEST(ProcessFigures, AreAPageOfTheirOwnWithTheServersVersion) {
    metrics::Exposition out{10};
    write_process(out, read_process(), "telemetryd", "1.2.3");
    const auto page = test::MetricsPage::parse(out.take());
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->value("ems_build_info", {{"server", "telemetryd"}, {"version", "1.2.3"}}), 1);
    EXPECT_TRUE(page->value("process_cpu_seconds_total"));
}

} // namespace
} // namespace ems::status
