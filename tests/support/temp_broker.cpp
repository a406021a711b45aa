#include "tests/support/temp_broker.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

#include "telemetry/base/assert.h"
#include "tests/support/free_port.h"

namespace ems::test {
namespace {

void must_run(const std::vector<std::string>& argv) {
    std::string output;
    if (run(argv, &output) != 0) {
        std::fprintf(stderr, "%s: %s\n", argv.front().c_str(), output.c_str());
        EMS_ASSERT(!"set-up of the test broker failed");
    }
}

bool accepts(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool ok = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return ok;
}

} // namespace

TempBroker::TempBroker(const std::vector<std::string>& common_names) : port_(free_port()) {
    must_run({program("ems-admin"), "pki", "init", "--dir", pki_dir()});
    std::vector<std::string> names{"broker"};
    names.insert(names.end(), common_names.begin(), common_names.end());
    for (const std::string& name : names) {
        must_run({program("ems-admin"), "pki", "issue", "--dir", pki_dir(), "--cn", name});
    }
    std::vector<std::string> config{source_path("deploy/mosquitto/broker"), "config",
                                    (dir_.path() / "broker").string(), std::to_string(port_), pki_dir()};
    for (const std::string& name : common_names) {
        if (name.starts_with("desk-")) {
            config.push_back(name);
        }
    }
    must_run(config);
    start();
}

std::string TempBroker::pki_dir() const { return (dir_.path() / "pki").string(); }
std::string TempBroker::ca() const { return pki_dir() + "/ca.crt"; }
std::string TempBroker::certificate(const std::string& name) const {
    return pki_dir() + "/" + name + ".crt";
}
std::string TempBroker::key(const std::string& name) const { return pki_dir() + "/" + name + ".key"; }

void TempBroker::kill() {
    process_->signal(SIGKILL);
    process_->wait_exit(std::chrono::seconds{5});
    process_.reset();
}

void TempBroker::start() {
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{source_path("deploy/mosquitto/broker"), "run",
                                 (dir_.path() / "broker").string()},
        ChildProcess::Options{(dir_.path() / "broker.log").string(), {}});
    EMS_ASSERT(eventually([this] { return accepts(port_); }, std::chrono::seconds{10}));
}

void TempBroker::add_plain_listener() {
    kill();
    plain_port_ = free_port();
    const std::string file = (dir_.path() / "broker/mosquitto.conf").string();
    std::ostringstream product;
    product << std::ifstream{file}.rdbuf();
    // Identity and rights belong to each listener from here on; limits stay common.
    std::ofstream{file} << "per_listener_settings true\n"
                        << product.str() << "listener " << plain_port_
                        << " 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n";
    start();
}

} // namespace ems::test
