// The centre of a bench: broker, database, ems-telemetryd and ems-dispatchd of this build, each its
// own, with as many registered vehicles as asked for, and a desk that sees what dispatchers see.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dispatch/client/client.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace ems::bench {

// "amb-0001" ...
std::vector<std::string> vehicle_names(std::size_t count);

class BenchCentre {
  public:
    // Writes and reads every topic: stands for a whole fleet, or looks on.
    static constexpr const char* kFleet = "srv-fleet";

    // Vehicles without a certificate of their own can only be spoken for by kFleet.
    BenchCentre(std::size_t vehicles, std::size_t with_certificate);

    [[nodiscard]] const test::TempBroker& broker() const { return broker_; }
    [[nodiscard]] const test::TempPostgres& database() const { return database_; }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    [[nodiscard]] pid_t telemetryd() const { return telemetryd_->pid(); }
    [[nodiscard]] pid_t dispatchd() const { return dispatchd_->pid(); }
    // Logs in by itself as soon as the server answers.
    [[nodiscard]] std::unique_ptr<client::Client> desk() const;
    // Both servers run still.
    [[nodiscard]] bool healthy();

  private:
    test::TempDir dir_;
    test::TempPostgres database_;
    test::TempBroker broker_;
    std::uint16_t desk_port_;
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> dispatchd_;
};

} // namespace ems::bench
