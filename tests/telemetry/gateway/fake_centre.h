// What stands behind the gateway, for tests: a registry of two terminals and a sink that commits
// when it is told to.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "telemetry/gateway/session.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/gateway/terminal.h"

namespace ems::test {

class FakeCentre {
  public:
    using Key = std::pair<std::uint64_t, std::uint64_t>; // spool, seq

    FakeCentre()
        : exchange(std::make_shared<gateway::Exchange>(
              clock, [this](const std::string& number) { return find(number); },
              seal::MacKey::make(),
              [this](ingest::Delivery delivery, ingest::DeliveryDone done) {
                  take(std::move(delivery), std::move(done));
              })) {}

    void commit_all() {
        while (!waiting.empty()) {
            settle(ingest::DeliveryOutcome::committed);
        }
    }
    void settle(ingest::DeliveryOutcome outcome) {
        auto [delivery, done] = std::move(waiting.front());
        waiting.pop_front();
        if (outcome == ingest::DeliveryOutcome::committed) {
            for (const wire::Envelope& record : delivery.records) {
                stored.insert({record.stream(), {record.spool(), record.seq()}});
            }
        }
        done(outcome);
    }
    [[nodiscard]] std::size_t stored_of(wire::Stream stream) const {
        return static_cast<std::size_t>(
            std::count_if(stored.begin(), stored.end(),
                          [stream](const auto& one) { return one.first == stream; }));
    }

    FakeClock clock;
    std::shared_ptr<gateway::Exchange> exchange;
    std::deque<std::pair<ingest::Delivery, ingest::DeliveryDone>> waiting;
    std::set<std::pair<int, Key>> stored;
    enum class Commits { at_once, when_told } commits{Commits::when_told};
    enum class Registry { read, away } registry{Registry::read};
    std::string vehicle_of_first{"amb-1"};

  private:
    [[nodiscard]] Result<gateway::Terminal> find(const std::string& number) const {
        if (registry == Registry::away) {
            return fail(Code::db_down);
        }
        if (number == "13511221122") {
            return gateway::Terminal{VehicleId::parse(vehicle_of_first).value(), "苏BA6860", "2366104"};
        }
        if (number == "13511220000") {
            return gateway::Terminal{VehicleId::parse("amb-2").value(), "", ""};
        }
        return fail(Code::not_found);
    }
    void take(ingest::Delivery delivery, ingest::DeliveryDone done) {
        waiting.emplace_back(std::move(delivery), std::move(done));
        if (commits == Commits::at_once) {
            commit_all();
        }
    }
};

} // namespace ems::test
