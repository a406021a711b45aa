#include <algorithm>
#include <string_view>

#include "telemetry/base/assert.h"
#include "telemetry/status/http_request.h"
#include "tests/fuzz/fuzz_target.h"

// The first byte says how long the reads are in which the rest comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using ems::status::Progress;
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t read = 1 + std::size_t{data[0]};
    ems::status::RequestReader whole;
    ems::status::RequestReader pieces;
    const Progress progress = whole.feed(bytes);
    Progress in_pieces = pieces.feed({});
    for (std::size_t at = 0; at < bytes.size(); at += read) {
        in_pieces = pieces.feed(bytes.substr(at, read));
    }
    EMS_ASSERT(in_pieces == progress);
    EMS_ASSERT(progress != Progress::more || bytes.size() < ems::status::kRequestHeadMax);
    if (progress == Progress::done) {
        const ems::status::Request& request = whole.request();
        EMS_ASSERT(request.path.starts_with('/'));
        EMS_ASSERT(request.path == pieces.request().path && !request.method.empty());
        EMS_ASSERT(std::all_of(request.path.begin(), request.path.end(),
                               [](char c) { return c > 0x20 && c < 0x7f && c != '?'; }));
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {"\x05GET /metrics?a HTTP/1.1\r\nHost: 127.0.0.1:8121\r\nAccept: */*\r\n\r\n",
            "\xffHEAD /healthz HTTP/1.0\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n"};
}
