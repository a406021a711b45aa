#include "telemetry/status/http_request.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"

namespace ems::status {
namespace {

constexpr std::string_view kScrape =
    "GET /metrics?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8121\r\n"
    "Accept: text/plain;version=0.0.4\r\nUser-Agent: Prometheus/2.42\r\n\r\n";

Progress outcome(std::string_view bytes) {
    RequestReader reader;
    return reader.feed(bytes);
}

TEST(HttpRequest, AScrapersRequestIsReadWhateverItsPieces) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{3}, std::size_t{17}, kScrape.size()}) {
        RequestReader reader;
        Progress progress = Progress::more;
        for (std::size_t at = 0; at < kScrape.size(); at += piece) {
            ASSERT_EQ(progress, Progress::more);
            progress = reader.feed(kScrape.substr(at, piece));
        }
        ASSERT_EQ(progress, Progress::done) << piece;
        EXPECT_EQ(reader.request().method, "GET");
        EXPECT_EQ(reader.request().path, "/metrics");
    }
}

TEST(HttpRequest, WhatFollowsTheHeadIsIgnored) {
    RequestReader reader;
    std::string bytes{kScrape};
    bytes.append("GET /healthz HTTP/1.1\r\n");
    EXPECT_EQ(reader.feed(bytes), Progress::done);
    EXPECT_EQ(reader.feed("\r\n\r\n"), Progress::done);
    EXPECT_EQ(reader.request().path, "/metrics");
}

TEST(HttpRequest, ARequestThatRfc9112DoesNotHaveIsMalformed) {
    for (const char* bytes : {
             "GET /metrics\r\n\r\n",                                // HTTP/0.9
             "GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n",           // two spaces
             "GET /metrics HTTP/1.1 \r\nHost: a\r\n\r\n",           // a space behind
             "GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n",            // another version
             "GET /met\trics HTTP/1.1\r\nHost: a\r\n\r\n",          // a control character
             "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n",             // no origin form
             "GET http://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n",    // a proxy's form
             "G(T /metrics HTTP/1.1\r\nHost: a\r\n\r\n",            // no token
             " GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",           // a space before
             "\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",        // a line before
             "GET /metrics HTTP/1.1\r\n\r\n",                       // no host
             "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", // two of them
             "GET /metrics HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", // a folded line
             "GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n",           // a space before the colon
             "GET /metrics HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",      // bare LF
             "GET /metrics HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", // a control character
             "GET /metrics HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",     // a field without name
             "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
             "GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         }) {
        EXPECT_EQ(outcome(bytes), Progress::malformed) << bytes;
    }
}

TEST(HttpRequest, AHeadOf8KibWithoutEndIsTooLong) {
    std::string head = "GET / HTTP/1.0\r\nX: ";
    head.append(kRequestHeadMax - head.size() - 4, 'x');
    EXPECT_EQ(outcome(head + "\r\n\r\n"), Progress::done);
    EXPECT_EQ(outcome(head + "x\r\n\r\n"), Progress::too_long);
    EXPECT_EQ(outcome(head), Progress::more);
}

TEST(HttpRequest, TenThousandDamagedRequestsAreEachReadOrRefused) {
    constexpr std::array<std::string_view, 3> kSeeds{
        kScrape, "HEAD /healthz HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:\r\nContent-Length: 0\r\nCookie: a=\"b\"; c\r\n\r\n"};
    std::mt19937_64 random{120};
    std::array<int, 4> seen{};
    for (int i = 0; i < 10'000; ++i) {
        const std::string bytes =
            test::mutate(std::string{kSeeds[random() % kSeeds.size()]}, random);
        RequestReader whole;
        const Progress progress = whole.feed(bytes);
        ++seen[static_cast<std::size_t>(progress)];
        if (progress == Progress::done) {
            ASSERT_EQ(whole.request().path.find_first_of(std::string_view{"? \r\n\0", 5}),
                      std::string::npos);
            ASSERT_TRUE(whole.request().path.starts_with('/'));
        }
        RequestReader pieces;
        Progress by_byte = Progress::more;
        for (const char c : bytes) {
            by_byte = pieces.feed({&c, 1});
        }
        ASSERT_EQ(by_byte, progress) << "the pieces it comes in change nothing, input " << i;
    }
    EXPECT_GT(seen[static_cast<std::size_t>(Progress::malformed)], 1000);
    EXPECT_GT(seen[static_cast<std::size_t>(Progress::more)], 500);
    EXPECT_GT(seen[static_cast<std::size_t>(Progress::done)], 500);
}

} // namespace
} // namespace ems::status
