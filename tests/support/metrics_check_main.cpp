// ems-metrics-check PORT...: reads /metrics of 127.0.0.1:PORT strictly and names what is wrong with
// it, or says how many families it holds. For tests that are scripts.
#include <cstdio>
#include <cstdlib>

#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const auto port = static_cast<std::uint16_t>(std::atoi(argv[i]));
        const ems::test::HttpReply reply = ems::test::http_get(port, "/metrics");
        const auto page = ems::test::MetricsPage::parse(reply.body);
        if (reply.status != 200 || !page || page->families().empty()) {
            std::printf("port %d: status %d %s\n", int{port}, reply.status,
                        page ? "" : page.error().detail.c_str());
            return 1;
        }
        std::printf("port %d: %zu families\n", int{port}, page->families().size());
    }
    return 0;
}
