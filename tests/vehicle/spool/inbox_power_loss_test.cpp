// Orders and the crew's answers on a disk whose power goes at each of its operations: whatever the
// centre and the terminal repeat afterwards, everything happens once.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/vehicle/spool/power_disk.h"
#include "vehicle/agent/crew_desk.h"

namespace ems::vehicle {
namespace {

using test::DiskFault;
using test::PowerDisk;
using test::Survival;

constexpr int kTexts = 8;

class Vehicle {
  public:
    explicit Vehicle(PowerDisk& disk) : disk_(disk) { start(); }

    void start() {
        desk_.reset();
        spool_.reset();
        spool_ = Spool::open({"/disk/spool.db"}, clock_).value();
        desk_.emplace(*spool_, *VehicleId::parse("amb-zx01"),
                      [](std::string_view, std::string_view) { return true; });
    }
    void end() {
        desk_.reset();
        spool_.reset();
    }
    // The centre sends everything it has no acknowledgement of, the terminal what it was not
    // confirmed; here both repeat all of it. Ends early with the power.
    void tell_all() {
        for (int i = 1; i <= kTexts && !disk_.is_off(); ++i) {
            wire::CommandBody text =
                command("text-" + std::to_string(i), static_cast<std::uint64_t>(i) * 10);
            text.mutable_text()->set_text("note " + std::to_string(i));
            give(text);
            if (i == 3) {
                wire::CommandBody order = command("order", 31);
                order.mutable_dispatch()->set_assignment_id(7);
                give(order);
                AnswerOrder answer;
                answer.set_event_id("answer");
                answer.set_command_id("order");
                answer.set_accept(true);
                (void)desk_->answer(answer, now()); // refused when it was answered and is closed
                commit();
            }
            if (i == 5) {
                press("press-1", wire::UNIT_EN_ROUTE);
                press("press-2", wire::UNIT_AVAILABLE);
                closed_ = closed_ || (!disk_.is_off() && desk_->status().has_order() == false);
            }
        }
    }
    // The order was done with, and the crew was told that this is stored.
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] const CrewDesk& desk() const { return *desk_; }
    [[nodiscard]] Spool& spool() { return *spool_; }

  private:
    static wire::CommandBody command(const std::string& id, std::uint64_t unit_seq) {
        wire::CommandBody body;
        body.set_vid("amb-zx01");
        body.set_id(id);
        body.set_term(1);
        body.set_unit_seq(unit_seq);
        return body;
    }
    Moment now() {
        return {.device = {clock_.utc_us()},
                .clk = wire::CLOCK_NTP,
                .server = {clock_.utc_us()},
                .ticks = clock_.ticks()};
    }
    void commit() {
        spool_->commit();
        clock_.advance(std::chrono::seconds{1});
    }
    void give(const wire::CommandBody& body) {
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        desk_->take_command(command.SerializeAsString(), now());
        commit();
    }
    void press(const std::string& id, wire::UnitState state) {
        PressState one;
        one.set_event_id(id);
        one.set_state(state);
        (void)desk_->press(one, nullptr, now());
        commit();
    }

    PowerDisk& disk_;
    ems::test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    std::optional<CrewDesk> desk_;
    bool closed_{false};
};

void expect_all_once(Vehicle& vehicle, std::uint64_t at) {
    const Status& status = vehicle.desk().status();
    ASSERT_EQ(status.notes_size(), kTexts) << "operation " << at;
    for (int i = 0; i < kTexts; ++i) {
        EXPECT_EQ(status.notes(i).text(), "note " + std::to_string(i + 1)) << "operation " << at;
    }
    EXPECT_FALSE(status.has_order()) << "operation " << at;
    EXPECT_EQ(status.state(), wire::UNIT_AVAILABLE) << "operation " << at;
    std::map<std::string, int> presses;
    std::map<std::string, std::set<std::string>> acks;
    for (const Record& record : vehicle.spool().unacked(wire::STREAM_A, 1'000)) {
        wire::Envelope envelope;
        wire::Event event;
        ASSERT_TRUE(envelope.ParseFromString(record.envelope));
        ASSERT_TRUE(event.ParseFromString(envelope.body()));
        if (event.has_state()) {
            ++presses[event.event_id()];
        } else {
            acks[event.command_ack().command_id() +
                 wire::CommandAck::Result_Name(event.command_ack().result())]
                .insert(envelope.body());
        }
    }
    EXPECT_EQ(presses, (std::map<std::string, int>{{"press-1", 1}, {"press-2", 1}}))
        << "operation " << at;
    EXPECT_EQ(acks.size(), kTexts + 2U) << "each stored, the order accepted; operation " << at;
    for (const auto& [what, bodies] : acks) {
        EXPECT_EQ(bodies.size(), 1U) << what << " told in two ways, operation " << at;
    }
}

TEST(InboxPowerLoss, AtEachOperationNoCommandIsActedOnTwiceAndNoneForgotten) {
    PowerDisk whole{1};
    std::uint64_t count = 0;
    {
        whole.begin_plan({});
        Vehicle vehicle{whole};
        vehicle.tell_all();
        expect_all_once(vehicle, 0);
        vehicle.end();
        count = whole.operations();
    }
    ASSERT_GT(count, 80U);
    for (const Survival survival :
         {Survival::nothing_unsynced, Survival::everything, Survival::random}) {
        for (std::uint64_t at = 1; at < count && !testing::Test::HasFailure(); ++at) {
            PowerDisk disk{at};
            disk.begin_plan({.fault = DiskFault::power_cut, .at = at});
            Vehicle vehicle{disk};
            vehicle.tell_all();
            const bool closed = vehicle.closed();
            vehicle.end();
            disk.restore_power(survival);
            vehicle.start();
            EXPECT_FALSE(closed && vehicle.desk().status().has_order())
                << "an order that was done with is back, operation " << at;
            vehicle.tell_all();
            expect_all_once(vehicle, at);
            vehicle.end();
        }
    }
}

} // namespace
} // namespace ems::vehicle
