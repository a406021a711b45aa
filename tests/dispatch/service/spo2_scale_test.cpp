// The scale on which NEWS2 reads the saturation: a physician's word, at every desk, and after a restart.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class Spo2ScaleTest : public DispatchdTest {
  protected:
    static api::ClientFrame scale(std::int64_t incident, std::uint32_t to, std::uint64_t version) {
        api::ClientFrame frame;
        frame.mutable_set_spo2_scale()->set_incident_id(incident);
        frame.mutable_set_spo2_scale()->set_scale(to);
        frame.mutable_set_spo2_scale()->set_version(version);
        return frame;
    }
    const api::Incident& incident(std::int64_t id) const { return mirror_.incidents().at(id); }
    bool comes(client::Client& desk, std::int64_t id, std::uint64_t version) {
        return sees(desk, [&] { return mirror_.incidents().contains(id) && incident(id).spo2_scale().version() == version; });
    }
    // Of which a fresh unit takes care.
    std::int64_t served_case(client::Client& li, const std::string& key) {
        EXPECT_TRUE(sees(li, [&] { return !mirror_.units().empty(); }));
        const std::int64_t unit = fresh_unit(li);
        const std::int64_t id = open_call(li, key);
        const auto sent = ask(li, assign_frame(id, unit));
        EXPECT_TRUE(sent) << sent.error().message();
        return id;
    }
};

TEST_F(Spo2ScaleTest, ReachesEveryDeskWithWhoAndWhenAndIsThereAfterARestart) {
    auto li = desk("dispatcher");
    const std::int64_t id = served_case(*li, "scale-1");
    auto doctor = desk("physician");
    const auto done = ask(*doctor, scale(id, 2, 0));
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_TRUE(comes(*li, id, 1));
    const std::uint64_t version = incident(id).version();
    EXPECT_EQ(incident(id).spo2_scale().scale(), 2U);
    EXPECT_EQ(incident(id).spo2_scale().who(), "physician");
    EXPECT_GT(incident(id).spo2_scale().at_us(), incident(id).created_us());
    EXPECT_EQ(postgres_->value("select actor || ' ' || detail from dispatch.audit where action = 'set_spo2_scale' and incident_id = " +
                               std::to_string(id)),
              "physician scale 1->2");
    kill_server();
    start();
    mirror_ = {};
    auto late = desk("dispatcher");
    ASSERT_TRUE(comes(*late, id, 1));
    EXPECT_EQ(incident(id).spo2_scale().scale(), 2U);
    EXPECT_EQ(incident(id).version(), version);
}

TEST_F(Spo2ScaleTest, OnlyAPhysicianSwitchesItAndOnlyWhatHeHasSeen) {
    auto li = desk("dispatcher");
    const std::int64_t id = served_case(*li, "scale-2");
    EXPECT_EQ(ask(*li, scale(id, 2, 0)).error().code, Code::forbidden);
    const std::int64_t waiting = open_call(*li, "scale-3");
    auto doctor = desk("physician");
    EXPECT_EQ(ask(*doctor, scale(waiting, 2, 0)).error().code, Code::scale_needs_unit);
    ASSERT_TRUE(ask(*doctor, scale(id, 2, 0)));
    EXPECT_EQ(ask(*doctor, scale(id, 1, 0)).error().code, Code::version_stale);
    ASSERT_TRUE(ask(*doctor, scale(id, 1, 1)));
    ASSERT_TRUE(comes(*li, id, 2));
    EXPECT_EQ(incident(id).spo2_scale().scale(), 1U);
}

TEST_F(Spo2ScaleTest, ARepeatUnderTheSameKeySwitchesOnce) {
    auto li = desk("dispatcher");
    const std::int64_t id = served_case(*li, "scale-4");
    auto doctor = desk("physician");
    api::ClientFrame frame = scale(id, 2, 0);
    frame.set_idempotency_key("scale-4-key");
    ASSERT_TRUE(ask(*doctor, frame));
    ASSERT_TRUE(ask(*doctor, frame));
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.incident_spo2_scale where incident_id = " + std::to_string(id)), "1");
}

} // namespace
} // namespace ems::dispatch
