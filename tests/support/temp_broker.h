// A real mosquitto with mutual TLS and the product's ACL, on a free port, with certificates for the common names asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::test {

class TempBroker {
  public:
    // Issues ca, broker and one certificate per name (needs ems-admin of this build). Names that begin with "desk-" are those of
    // desks.
    explicit TempBroker(const std::vector<std::string>& common_names);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string ca() const;
    [[nodiscard]] std::string certificate(const std::string& common_name) const;
    [[nodiscard]] std::string key(const std::string& common_name) const;
    [[nodiscard]] std::string pki_dir() const;
    void kill();   // SIGKILL
    void start();  // waits until it accepts connections

    // A second listener without TLS, identity or ACL, for one publisher that speaks for many vehicles.
    // Starts the broker anew.
    void add_plain_listener();
    [[nodiscard]] std::uint16_t plain_port() const { return plain_port_; }

  private:
    TempDir dir_;
    std::uint16_t port_;
    std::uint16_t plain_port_{0};
    std::unique_ptr<ChildProcess> process_;
};

} // namespace ems::test
