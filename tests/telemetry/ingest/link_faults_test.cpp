// The centre's side of a dead link: the real ems-telemetryd beside a real broker, the vehicle
// behind a network that swallows everything while its TCP connections stay open.
#include <atomic>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;
using test::eventually;

link::MqttConfig mqtt_config(const test::TempBroker& broker, std::uint16_t port,
                             const std::string& name) {
    link::MqttConfig mqtt;
    mqtt.port = port;
    mqtt.client_id = name;
    mqtt.ca_file = broker.ca();
    mqtt.certificate_file = broker.certificate(name);
    mqtt.key_file = broker.key(name);
    mqtt.backoff = {100ms, 500ms};
    return mqtt;
}

// Says what a vehicle's agent says of its link: birth and heartbeat of this connection, and leaves
// the will that fits.
class LinkOfVehicle {
  public:
    LinkOfVehicle(const test::TempBroker& broker, std::uint16_t port, std::uint64_t first_birth)
        : first_birth_(first_birth), session_(mqtt_config(broker, port, "amb-1"), handlers()) {
        session_.start();
    }
    void beat() {
        wire::Heartbeat beat;
        beat.set_birth_counter(birth_);
        beat.set_spool(7);
        beat.set_t_us(SystemClock{}.utc_us());
        say(wire::UpKind::hb, beat.SerializeAsString());
    }
    // What a broker says late of another connection.
    void say_ended(std::uint64_t birth) {
        wire::LinkState state;
        state.set_birth_counter(birth);
        say(wire::UpKind::state, state.SerializeAsString());
    }

  private:
    link::MqttHandlers handlers() {
        link::MqttHandlers out;
        out.will = [this](std::uint64_t attempt) {
            birth_ = first_birth_ + attempt - 1;
            wire::LinkState state;
            state.set_birth_counter(birth_);
            return link::Will{
                wire::up_topic(test::region(), test::vid("amb-1"), wire::UpKind::state),
                state.SerializeAsString()};
        };
        out.link = [this](const link::LinkChange& change) {
            if (change.up) {
                wire::Birth birth;
                birth.set_birth_counter(birth_);
                birth.set_spool(7);
                say(wire::UpKind::birth, birth.SerializeAsString());
            }
        };
        return out;
    }
    void say(wire::UpKind kind, std::string payload) {
        static_cast<void>(session_.publish(wire::up_topic(test::region(), test::vid("amb-1"), kind),
                                           std::move(payload), link::Qos::at_least_once));
    }

    const std::uint64_t first_birth_;
    std::atomic<std::uint64_t> birth_{0};
    link::MqttSession session_;
};

// What the broker told everybody of the vehicle's end.
class WillWatcher {
  public:
    explicit WillWatcher(const test::TempBroker& broker) : session_(config(broker), handlers()) {
        session_.start();
    }
    [[nodiscard]] bool ready() const { return session_.connected(); }
    [[nodiscard]] std::size_t heard(std::uint64_t birth) const {
        const std::lock_guard lock{mutex_};
        return wills_.count(birth);
    }

  private:
    static link::MqttConfig config(const test::TempBroker& broker) {
        link::MqttConfig mqtt = mqtt_config(broker, broker.port(), "srv-dispatch-a");
        mqtt.subscriptions = {
            {wire::up_filter(test::region(), wire::UpKind::state), link::Qos::at_least_once}};
        return mqtt;
    }
    link::MqttHandlers handlers() {
        link::MqttHandlers out;
        out.message = [this](link::MqttMessage&& message) {
            wire::LinkState state;
            const std::lock_guard lock{mutex_};
            if (state.ParseFromString(message.payload) && !state.online()) {
                wills_.insert(state.birth_counter());
            }
        };
        return out;
    }
    mutable std::mutex mutex_;
    std::multiset<std::uint64_t> wills_;
    link::MqttSession session_;
};

class LinkFaults : public testing::Test {
  protected:
    void SetUp() override {
        postgres_.execute(
            "insert into registry.region (code, name) values ('140802', 'Test'); "
            "insert into registry.vehicle (vid, region) values ('amb-1', '140802'); "
            // Every state the desk could read, in its order.
            "create table public.told (n serial, link text, heard timestamptz, at "
            "timestamptz default clock_timestamp()); "
            "create function public.tell() returns trigger language plpgsql security "
            "definer as $$ begin if tg_op = 'INSERT' or old.link <> new.link then "
            "insert into public.told (link, heard) values (new.link, new.last_heard); "
            "end if; return null; end $$; "
            "create trigger told after insert or update on telemetry.vehicle_link "
            "for each row execute function public.tell()");
        network_ = test::FaultProxy::start({.target_port = broker_.port()}).value();
        const std::string conf = (dir_.path() / "telemetryd.toml").string();
        std::ofstream{conf} << "pg.conninfo = \"" << postgres_.conninfo("ems_telemetry")
                            << "\"\nmqtt.port = " << broker_.port() << "\nmqtt.ca = \""
                            << broker_.ca() << "\"\nmqtt.certificate = \""
                            << broker_.certificate("srv-telemetry-a") << "\"\nmqtt.key = \""
                            << broker_.key("srv-telemetry-a") << "\"\n";
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-telemetryd"), "--config", conf},
            test::ChildProcess::Options{(dir_.path() / "log").string(), {}});
        ASSERT_TRUE(eventually([this] { return wills_.ready(); }, 10s));
    }
    [[nodiscard]] std::string link() const {
        const auto rows = postgres_.column("select link from telemetry.vehicle_link");
        return rows.empty() ? "" : rows.front();
    }
    // Beats until the database says so.
    [[nodiscard]] bool is_up(LinkOfVehicle& vehicle, std::uint64_t birth) const {
        return eventually(
            [&] {
                vehicle.beat();
                return postgres_.value("select count(*) from telemetry.vehicle_link where link = "
                                       "'up' and birth_counter = " +
                                       std::to_string(birth)) == "1";
            },
            20s);
    }

    test::TempPostgres postgres_;
    test::TempBroker broker_{{"srv-telemetry-a", "srv-dispatch-a", "amb-1"}};
    test::TempDir dir_;
    std::unique_ptr<test::FaultProxy> network_;
    std::unique_ptr<test::ChildProcess> server_;
    WillWatcher wills_{broker_};
};

TEST_F(LinkFaults, AHalfOpenLinkIsLostWithoutAnyWordOfTheBroker) {
    LinkOfVehicle vehicle{broker_, network_->port(), 1};
    ASSERT_TRUE(is_up(vehicle, 1));
    network_->black_hole();
    ASSERT_TRUE(eventually([this] { return link() == "lost"; }, 20s));
    EXPECT_EQ(network_->status().open, 1U) << "TCP stands";
    EXPECT_EQ(wills_.heard(1), 0U) << "the broker still believes in the vehicle";
    // By the server's own clock, from the last word of the vehicle to what others can read.
    EXPECT_EQ(postgres_.value("select at - heard < interval '5 s' from public.told where link = "
                              "'lost'"),
              "t");
}

TEST_F(LinkFaults, ALateWillOfTheOldConnectionDoesNotEndTheNewOne) {
    LinkOfVehicle vehicle{broker_, network_->port(), 1};
    ASSERT_TRUE(is_up(vehicle, 1));
    network_->black_hole();
    ASSERT_TRUE(eventually([this] { return link() == "lost"; }, 20s));
    // The vehicle is back by another way. This broker tells the end of the old link as it does so;
    // one that is later is told here.
    LinkOfVehicle again{broker_, broker_.port(), 2};
    ASSERT_TRUE(eventually(
        [&] {
            again.beat(); // silent, it would be lost itself
            return wills_.heard(1) == 1;
        },
        30s));
    ASSERT_TRUE(is_up(again, 2));
    again.say_ended(1);
    ASSERT_TRUE(eventually(
        [&] {
            again.beat();
            return wills_.heard(1) == 2;
        },
        30s));
    const std::string since = postgres_.value("select updated_at from telemetry.vehicle_link");
    ASSERT_TRUE(eventually(
        [&] {
            again.beat();
            return postgres_.value("select updated_at > timestamptz '" + since +
                                   "' + interval '1.2 s' from telemetry.vehicle_link") == "t";
        },
        30s))
        << "written twice since";
    EXPECT_EQ(postgres_.column("select link from public.told order by n"),
              (std::vector<std::string>{"up", "lost", "up"}));
}

} // namespace
} // namespace ems::ingest
